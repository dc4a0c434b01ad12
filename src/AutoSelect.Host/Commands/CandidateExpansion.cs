using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection;

namespace AutoSelect.Host.Commands;

/// <summary>Makes candidates of the candidates section of a job file.</summary>
internal delegate (ImmutableArray<Candidate> Candidates, ImmutableArray<string> Errors) CandidateExpansion(CandidateRequest request, Catalogue catalogue, int trainingExamples);
