using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Three ways to set speed against accuracy.</summary>
internal sealed record SpeedAccuracy
{
    /// <summary>Best value measured, over the training seconds it took.</summary>
    public required ImmutableArray<PlanePoint> Measured { get; init; }

    /// <summary>Best value measured, over the training seconds of one pass over the data.</summary>
    public required ImmutableArray<PlanePoint> PerEpoch { get; init; }

    /// <summary>Value at the end as each trial's last forecast saw it, over the seconds it belongs to.</summary>
    public required ImmutableArray<PlanePoint> Forecast { get; init; }

    public static SpeedAccuracy FromRecord(JobRecord record)
    {
        var objective = record.Spec.Objective;
        var best = record.Trials.Select(t => (Trial: t, Point: CurveReading.Best(t, objective))).Where(t => t.Point is not null).ToArray();
        var forecasts = record.Trials.Select(t => LastForecast(record, t.Id)).OfType<Forecast>().ToArray();
        return new SpeedAccuracy
        {
            Measured = Mark(best.Select(t => Point(t.Trial, t.Point!.DeviceSeconds, t.Point)), objective.Direction),
            PerEpoch = Mark(
                best.Select(t => Point(t.Trial, SecondsPerEpoch(record, t.Trial) ?? double.NaN, t.Point!)), objective.Direction),
            Forecast = Mark(forecasts.Select(f => new PlanePoint(
                f.Trial, f.FinalAtSeconds, f.FinalValue.P50, f.FinalValue.P05, f.FinalValue.P95, false)), objective.Direction),
        };

        PlanePoint Point(Trial trial, double seconds, CurvePoint point) =>
            new(trial.Id, seconds, point.Deliverable(objective.Direction), null, null, false);
    }

    /// <summary>Training seconds of one epoch at the measured step time; null where none was measured.</summary>
    public static double? SecondsPerEpoch(JobRecord record, Trial trial) =>
        trial.StepTime?.LowerQuartileSeconds * LearningRateSchedule.StepsPerEpoch(record.Spec.TrainingExamples, trial.Candidate.BatchSize);

    /// <summary>The newest forecast of a trial, at a rung or at a commit.</summary>
    public static Forecast? LastForecast(JobRecord record, TrialId trial) =>
        record.Rungs.SelectMany(r => r.Forecasts).Concat(record.Commits.Select(c => c.Forecast))
            .Where(f => f.Trial == trial).MaxBy(f => f.AtStep);

    private static ImmutableArray<PlanePoint> Mark(IEnumerable<PlanePoint> points, Direction direction)
    {
        var finite = points.Where(p => double.IsFinite(p.Seconds) && double.IsFinite(p.Value)).ToArray();
        var front = ParetoFront.AmongPoints([.. finite.Select(p => (p.Seconds, p.Value))], direction);
        return [.. finite.Select((p, i) => p with { OnFront = front[i] })];
    }
}
