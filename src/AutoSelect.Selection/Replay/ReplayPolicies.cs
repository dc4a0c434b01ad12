using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Comparison;

namespace AutoSelect.Selection.Replay;

/// <summary>Policies a replay can use: those of the catalogue, and the oracle.</summary>
public static class ReplayPolicies
{
    /// <summary>Name of the policy that knows the recording.</summary>
    public const string OracleName = "oracle";

    public static ImmutableArray<string> Names { get; } = [.. PolicyCatalogue.Names.Add(OracleName).Order(StringComparer.Ordinal)];

    /// <summary>The policy of that name for one problem.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ISelectionPolicy Get(string name, ImmutableArray<RecordedCurve> problem, Objective objective) =>
        name == OracleName ? new OraclePolicy(ReferenceFigures.FromCurves(problem, objective).Oracle) : PolicyCatalogue.Get(name);
}
