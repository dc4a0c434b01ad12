using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// Finished learning curves that forecasts and priors are learned from: earlier jobs of the store, or recordings given with
/// <c>--history</c>. Immutable; what is learned is worked out at first use and is the same for the same curves.
/// </summary>
public sealed class SelectionHistory
{
    private readonly Lazy<HistoryForecaster?> forecaster;
    private readonly Lazy<CandidatePrior?> prior;

    private SelectionHistory(ImmutableArray<RecordedCurve> curves)
    {
        Curves = curves;
        forecaster = new(() => HistoryForecaster.Learn(curves));
        prior = new(() => CandidatePrior.Learn(curves));
    }

    /// <summary>Nothing is known.</summary>
    public static SelectionHistory Empty { get; } = new([]);

    public ImmutableArray<RecordedCurve> Curves { get; }

    public bool IsEmpty => Curves.IsEmpty;

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

    /// <summary>A history of these curves; runs that were broken off before their end tell no outcome and are left out.</summary>
    public static SelectionHistory FromCurves(IEnumerable<RecordedCurve> curves)
    {
        ImmutableArray<RecordedCurve> kept = [.. curves.Where(c =>
            c.State is null or nameof(TrialState.Completed) || c.Steps[^1] >= c.StepHint)];
        return kept.IsEmpty ? Empty : new(kept);
    }
}
