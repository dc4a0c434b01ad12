using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>Finds the candidates that those of a request go on from, and makes the one that goes on from each.</summary>
/// <param name="index">Of the request in the job's list.</param>
/// <param name="strategy">The request's strategy.</param>
/// <param name="request">The request, with <see cref="StrategyRequest.Continues"/> set.</param>
/// <param name="trainingExamples">Examples of one epoch.</param>
internal sealed class ContinuationPoints(int index, StrategyDescription strategy, StrategyRequest request, int trainingExamples)
{
    private readonly ContinuationRequest asked = request.Continues!;

    /// <summary>Everything wrong with what was asked for so far.</summary>
    public List<CandidateError> Errors { get; } = [];

    /// <summary>True when a candidate is meant that is there by now.</summary>
    public bool CanBegin(IEnumerable<Candidate> known) => known.Any(IsMeant);

    /// <summary>The error of a request that can never begin.</summary>
    public CandidateError Unknown(IReadOnlyCollection<Candidate> known) => Error("candidate", asked.Candidate,
        "it must be a candidate of the job, or a strategy with candidates that begin at the initial weights, and not continue this one "
        + $"itself; there are {string.Join(", ", known.Select(c => c.Name))}.");

    /// <summary>The candidates to go on from: those meant, of the request's own batch sizes where it names some.</summary>
    public ImmutableArray<Candidate> Predecessors(IEnumerable<Candidate> known)
    {
        ImmutableArray<Candidate> meant = [.. known.Where(IsMeant)];
        if (request.BatchSizes.IsDefaultOrEmpty) return meant;
        foreach (var size in request.BatchSizes.Where(size => meant.All(c => c.BatchSize != size)))
            Errors.Add(Error(
                "candidate", asked.Candidate, $"a run of batch size {size} must continue one of the same batch size; it has "
                    + $"{string.Join(", ", meant.Select(c => c.BatchSize).Distinct())}."));
        return [.. meant.Where(c => request.BatchSizes.Contains(c.BatchSize))];
    }

    /// <summary>The candidates that go on from one, one for each share of the run that was asked for.</summary>
    /// <param name="candidate">As it would be from the start.</param>
    /// <param name="predecessor">The one to go on from.</param>
    /// <param name="known">All that there are.</param>
    public IEnumerable<Candidate> After(Candidate candidate, Candidate predecessor, IReadOnlyCollection<Candidate> known)
    {
        if (InARow(predecessor, known) >= Continuation.MostInARow)
        {
            Errors.Add(Error(
                "candidate", predecessor.Name, $"at most {Continuation.MostInARow} candidates in a row may continue each other."));
            yield break;
        }
        if (CandidateRules.OtherState(candidate, strategy, predecessor) is { } otherState)
        {
            Errors.Add(Error("candidate", predecessor.Name, otherState));
            yield break;
        }
        var horizon = candidate.Schedule.HorizonSteps(trainingExamples, candidate.BatchSize);
        foreach (var share in asked.After)
        {
            if (CandidateRules.Continue(candidate, strategy, predecessor, share, horizon, asked.RewarmSteps) is not { } from)
                Errors.Add(Error(
                    "candidate", predecessor.Name,
                    $"{strategy.Name} has no rule to go on from a checkpoint of {predecessor.Strategy}; it goes on from {Sources()}."));
            else if (predecessor.Continues is { } before && from.StepOf(horizon) <= before.StepOf(horizon))
                Errors.Add(Error(
                    "after", Number(share), $"it must lie after {Number(before.At)}, where {predecessor.Name} itself begins."));
            else
                yield return candidate with { Continues = from };
        }
    }

    private bool IsMeant(Candidate candidate) =>
        candidate.Name == asked.Candidate || (candidate.Strategy == asked.Candidate && candidate.Continues is null);

    private static int InARow(Candidate candidate, IReadOnlyCollection<Candidate> known) =>
        candidate.Continues is not { } from ? 0 : 1 + InARow(known.First(c => c.Name == from.Candidate), known);

    private string Sources() => string.Join(", ", strategy.Continuations.SelectMany(rule => rule.From).Prepend(strategy.Name).Distinct());

    private CandidateError Error(string key, string value, string rule) => new(index, $"candidates[{index}].continues.{key}", value, rule);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
