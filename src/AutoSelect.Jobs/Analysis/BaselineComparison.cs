using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Where the baseline's figure comes from.</summary>
internal enum BaselineSource
{
    /// <summary>It failed, or nothing was measured or forecast.</summary>
    None,

    /// <summary>Its own curve goes far enough.</summary>
    Measured,

    /// <summary>Its last forecast.</summary>
    Forecast,
}

/// <summary>
/// What the job would have had from its baseline candidate alone, from the start: seconds to the target, the value at the deadline, or the
/// loss of a trade-off in seconds, all by the job's clock (<see cref="AloneClock"/>).
/// </summary>
internal sealed record BaselineComparison
{
    public required string Baseline { get; init; }
    public TrialId? Trial { get; init; }
    public required BaselineSource Source { get; init; }

    /// <summary>"s", or the metric's name.</summary>
    public required string Unit { get; init; }

    /// <summary>What the job got; null until it has ended well.</summary>
    public double? Actual { get; init; }

    /// <summary>
    /// The baseline's figure, median and interval; of equal quantiles where it was measured. Infinite: the target is missed.
    /// </summary>
    public Quantiles? Expected { get; init; }

    /// <summary>True when the job chose its baseline.</summary>
    public required bool BaselineWon { get; init; }

    /// <summary>Device seconds the baseline needs alone; of its whole run where it misses; null where unknown.</summary>
    public Quantiles? BaselineDeviceSeconds { get; init; }

    /// <summary>Probability that the baseline reaches the target, where that is forecast; null elsewhere.</summary>
    public double? Probability { get; init; }

    /// <summary>Device seconds of all trials, without writing the answer, over the baseline's; null where these are not known.</summary>
    public double? Price { get; init; }

    /// <summary>Why there is no figure.</summary>
    public string Why { get; init; } = "";

    /// <summary>Saved in the unit, positive where the job was better off than with its baseline; null where unknown.</summary>
    public Quantiles? Saved { get; init; }

    public static BaselineComparison FromRecord(JobRecord record)
    {
        var objective = record.Spec.Objective;
        var trial = record.Trials.FirstOrDefault(t => t.Candidate.Name == record.Spec.Baseline);
        var empty = new BaselineComparison
        {
            Baseline = record.Spec.Baseline,
            Trial = trial?.Id,
            Source = BaselineSource.None,
            Unit = objective.Kind == ObjectiveKind.BestBy ? objective.Metric : "s",
            Actual = BaselineFigure.Achieved(record),
            BaselineWon = trial is not null && record.Commit?.Winner == trial.Id,
        };
        if (trial is null) return empty with { Why = "it is not among the candidates" };
        var figure = BaselineFigure.Measured(record, trial)
            ?? (trial.State == TrialState.Failed ? null : BaselineFigure.Forecast(record, trial));
        if (figure is null)
            return empty with
            {
                Why = trial.State == TrialState.Failed ? $"it failed: {trial.Reason}"
                    : SpeedAccuracy.LastForecast(record, trial.Id) is null ? "it was neither trained far enough nor forecast"
                    : "it trained on for longer than was forecast, and did not arrive",
            };
        var accounting = Accounting.FromRecord(record);
        var spent = accounting.Total - accounting.Writing;
        return empty with
        {
            Source = figure.IsMeasured ? BaselineSource.Measured : BaselineSource.Forecast,
            Expected = figure.Figure,
            BaselineDeviceSeconds = figure.DeviceSeconds,
            Probability = figure.Probability,
            Price = figure.DeviceSeconds.P50 is > 0 and var alone && double.IsFinite(alone) && spent > 0 ? spent / alone : null,
            Saved = empty.Actual is { } actual ? Difference(figure.Figure, actual, objective) : null,
        };
    }

    /// <summary>Smaller is better but for a metric that is maximised.</summary>
    private static Quantiles Difference(Quantiles baseline, double actual, Objective objective)
    {
        var gainIsUp = objective.Kind == ObjectiveKind.BestBy && objective.Direction == Direction.Maximize;
        return baseline.Map(b => gainIsUp ? actual - b : b - actual).Sorted();
    }
}
