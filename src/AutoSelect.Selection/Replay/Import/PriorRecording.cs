using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>
/// Makes the recording that comes with AutoSelect, of curves of AlgoPerf and of exhaustive runs of AutoSelect's own workloads: thinned,
/// rounded, in the strategies' names of the catalogue, each curve with where it comes from and its licence.
/// </summary>
public static class PriorRecording
{
    private const string AlgoPerf = "AlgoPerf v0.5 external tuning logs, mlcommons/submissions_algorithms, Apache-2.0";

    /// <param name="sources">Curves as AlgoPerf's import and <c>autoselect export</c> write them.</param>
    /// <param name="without">Data sets of which no run is taken.</param>
    /// <param name="points">About how many points of a curve are kept.</param>
    public static ImportedCurves Make(IEnumerable<RecordedCurve> sources, IReadOnlyCollection<string> without, int points = 16)
    {
        var (taken, skipped) = (new List<RecordedCurve>(), new List<ImportNotice>());
        foreach (var problem in sources.GroupBy(c => (c.Suite, c.Workload, c.Problem)))
        {
            var curves = problem.ToList();
            if (Refusal(curves[0], without) is { } reason) skipped.Add(new($"{problem.Key.Workload}, {problem.Key.Problem}", reason));
            else taken.AddRange(AlgoPerfNames.IsFrom(curves[0]) ? FromAlgoPerf(curves) : FromOwnRuns(curves));
        }
        return new ImportedCurves
        {
            Curves = [.. taken.Select(c => ThinnedCurve.FromCurve(c, points) with { Seconds = null })
                .OrderBy(c => c.Origin, StringComparer.Ordinal).ThenBy(c => c.Workload, StringComparer.Ordinal)
                .ThenBy(c => c.Problem, StringComparer.Ordinal).ThenBy(c => c.Candidate, StringComparer.Ordinal)],
            Skipped = [.. skipped],
        };
    }

    /// <summary>Why a problem is not taken; null where it is.</summary>
    private static string? Refusal(RecordedCurve curve, IReadOnlyCollection<string> without)
    {
        if (AlgoPerfNames.IsFrom(curve)) return Named(curve.Workload, without);
        if (curve.Suite != "autoselect") return $"suite '{curve.Suite}': only AlgoPerf's and AutoSelect's own runs have a known licence.";
        return DataSet(curve) is not { } data
            ? "its data set is not named: a run is taken whose workload has the option dataset or data."
            : Named(data, without);
    }

    private static string? Named(string data, IReadOnlyCollection<string> without) =>
        without.FirstOrDefault(w => data.Contains(w, StringComparison.OrdinalIgnoreCase)) is { } name
            ? $"data set '{data}': --without {name}." : null;

    private static string? DataSet(RecordedCurve curve) => curve.Workload.Split(' ').Skip(1)
        .FirstOrDefault(o => o.StartsWith("dataset=", StringComparison.Ordinal) || o.StartsWith("data=", StringComparison.Ordinal))
        ?.Split('=', 2)[1];

    private static IEnumerable<RecordedCurve> FromAlgoPerf(List<RecordedCurve> problem) =>
        StepUnits.InOneUnit(problem).Select(WithinBudget).OfType<RecordedCurve>().Select(c => c with
        {
            Suite = "algoperf",
            Algorithm = AlgoPerfNames.Strategy(c.Algorithm),
            Hyperparameters = ImmutableSortedDictionary<string, JsonElement>.Empty,
            BudgetSeconds = null,
            Framework = null,
            Origin = AlgoPerf,
        });

    /// <summary>Points after the budget do not count; null where none comes before.</summary>
    private static RecordedCurve? WithinBudget(RecordedCurve curve)
    {
        if (curve.BudgetSeconds is not { } budget) return curve;
        var count = Enumerable.Range(0, curve.Steps.Length).TakeWhile(i => curve.SecondsAt(i) <= budget).Count();
        return count == 0 ? null : curve with
        {
            Steps = curve.Steps[..count],
            Values = curve.Values[..count],
            Seconds = curve.Seconds is { } seconds ? (ImmutableArray<double>?)seconds[..count] : null,
        };
    }

    // They were run to their ends, so they teach at any target, not only at the one of their job.
    private static IEnumerable<RecordedCurve> FromOwnRuns(List<RecordedCurve> problem) => problem
        .Where(c => c.State is nameof(TrialState.Completed) or nameof(TrialState.Failed) && c.Steps.Length > 1)
        .Select(c => c with
        {
            Target = null,
            BudgetSeconds = null,
            State = nameof(TrialState.Completed),
            Origin = $"AutoSelect, own exhaustive run, data set {DataSet(c)}",
        });
}
