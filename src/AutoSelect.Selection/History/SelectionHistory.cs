using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// Learning curves that forecasts and priors are learned from: earlier jobs of the store, recordings taken into it or given with
/// <c>--history</c>, and the prior that comes with AutoSelect. Immutable; what is learned is worked out at first use and is the same for
/// the same curves.
/// </summary>
public sealed class SelectionHistory
{
    private readonly Lazy<ImmutableArray<HistoryCurve>> runs;
    private readonly Lazy<HistoryForecaster?> forecaster;
    private readonly Lazy<CandidatePrior?> prior;
    private readonly Lazy<RunCensus> census;

    private SelectionHistory(ImmutableArray<RecordedCurve> all, Lazy<ImmutableArray<HistoryCurve>> runs)
    {
        All = all;
        Curves = [.. all.Where(c => c.IsComplete && c.Origin is null)];
        this.runs = runs;
        forecaster = new(() => HistoryForecaster.Learn(Curves));
        prior = new(() => CandidatePrior.Learn(runs.Value));
        census = new(() => new RunCensus(All));
    }

    /// <summary>Nothing is known.</summary>
    public static SelectionHistory Empty { get; } = new([], new(() => []));

    /// <summary>
    /// Finished curves, without those of the prior that comes with AutoSelect: runs that were broken off tell no outcome.
    /// </summary>
    public ImmutableArray<RecordedCurve> Curves { get; }

    /// <summary>All curves: also those that were broken off, which tell by when a target was not reached.</summary>
    public ImmutableArray<RecordedCurve> All { get; }

    public bool IsEmpty => All.IsEmpty;

    /// <summary>What was learned about the course of curves; null when there are too few.</summary>
    internal HistoryForecaster? Forecaster => forecaster.Value;

    /// <summary>What was learned about candidates before they start; null when no curve has a target.</summary>
    internal CandidatePrior? Prior => prior.Value;

    /// <summary>
    /// Learns all that decisions may ask for, which they would else do one by one when they first need it: seconds for thousands of curves.
    /// </summary>
    public void Learn()
    {
        _ = Prior;
        Forecaster?.LearnAll();
    }

    /// <summary>On how many earlier runs stands what is said of a candidate?</summary>
    /// <param name="candidate">Of any job.</param>
    /// <param name="workload">Its workload as recordings name it, <see cref="WorkloadReference.Label"/>.</param>
    public PriorStanding Standing(Candidate candidate, string workload) => census.Value.Standing(candidate, workload);

    /// <summary>A history of these curves.</summary>
    public static SelectionHistory FromCurves(IEnumerable<RecordedCurve> curves)
    {
        ImmutableArray<RecordedCurve> all = [.. curves];
        return all.IsEmpty ? Empty : new(all, new(() => [.. all.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>()]));
    }

    /// <summary>Several histories as one, which shares what each has worked out of its curves.</summary>
    public static SelectionHistory Joined(params ReadOnlySpan<SelectionHistory> parts)
    {
        SelectionHistory[] filled = [.. parts];
        filled = [.. filled.Where(p => !p.IsEmpty)];
        return filled.Length switch
        {
            0 => Empty,
            1 => filled[0],
            _ => new([.. filled.SelectMany(p => p.All)], new(() => [.. filled.SelectMany(p => p.runs.Value)])),
        };
    }
}
