using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>What the API tells of a record, as it tells it: for its answers, and for reports, which hold them. Pure.</summary>
public static class RecordAnswers
{
    /// <param name="record">The job.</param>
    /// <param name="summary">As lists show it.</param>
    public static JobDescription Description(JobRecord record, JobSummary summary) => new()
    {
        Summary = summary,
        Spec = record.Spec,
        Version = record.Version,
        Commits = record.Commits,
        Devices = record.Devices,
        CheckpointBytes = record.CheckpointBytes,
    };

    public static ImmutableArray<CandidateProgress> Candidates(JobRecord record)
    {
        var direction = record.Spec.Objective.Direction;
        return
        [
            .. record.Trials.Select(t => new CandidateProgress
            {
                Trial = t.Id,
                Candidate = t.Candidate,
                State = t.State,
                Reason = t.Reason,
                Step = t.Curve.IsEmpty ? 0 : t.Curve[^1].Step,
                HorizonSteps = t.HorizonSteps,
                Value = t.Curve.IsEmpty ? null : t.Curve[^1].Deliverable(direction),
                ChargedSeconds = t.ChargedSeconds,
                Restarts = t.Restarts,
                StepTime = t.StepTime,
                Segments = [.. t.Segments.Select(Segment)],
            }),
        ];
    }

    /// <param name="record">The job.</param>
    /// <param name="most">Most points of a curve.</param>
    /// <param name="keepsPeaks">Whether fewer points are the least and the greatest.</param>
    /// <param name="isColumns">Whether points come as columns.</param>
    /// <param name="trial">Only this one's; null for all.</param>
    public static ImmutableArray<TrialCurve> Curves(
        JobRecord record, int most, bool keepsPeaks = false, bool isColumns = false, TrialId? trial = null)
    {
        var direction = record.Spec.Objective.Direction;
        return
        [
            .. record.Trials.Where(t => trial is null || t.Id == trial).Select(t =>
            {
                var points = keepsPeaks ? FewerPoints.Extremes(t.Curve, most, direction)
                    : FewerPoints.LargestTriangles(t.Curve, most, direction);
                points = FewerPoints.WithLandmarks(points, t.Curve, record.Spec.Objective);
                return new TrialCurve
                {
                    Trial = t.Id,
                    Candidate = t.Candidate.Name,
                    Points = isColumns ? [] : points,
                    Measured = t.Curve.Length,
                    Columns = isColumns ? Columns(points) : null,
                };
            }),
        ];
    }

    /// <summary>The newest forecast of each trial, by the rung at which it was made.</summary>
    public static ImmutableArray<RungForecasts> LatestForecasts(JobRecord record)
    {
        var seen = new HashSet<TrialId>();
        var latest = new List<RungForecasts>();
        foreach (var rung in record.Rungs.Reverse())
        {
            ImmutableArray<Forecast> fresh = [.. rung.Forecasts.Where(f => seen.Add(f.Trial))];
            if (!fresh.IsEmpty) latest.Add(new RungForecasts(rung.Rung, rung.DecidedAt, fresh));
        }
        latest.Reverse();
        return [.. latest];
    }

    /// <summary>What was decided from a rung on, without the forecasts.</summary>
    public static ImmutableArray<RungRecord> Decisions(JobRecord record, long since = 0) =>
        [.. record.Rungs.Where(r => r.Rung >= since).Select(r => r with { Forecasts = [] })];

    private static TrialSegment Segment(Segment segment) => new()
    {
        Devices = [.. segment.Members().Select(m => m.Device)],
        Rung = segment.Rung,
        StartedAt = segment.StartedAt,
        EndedAt = segment.EndedAt,
        FromStep = segment.FromStep,
        ToStep = segment.ToStep,
        End = segment.End,
        DeviceSeconds = segment.DeviceSeconds,
        EvaluationSeconds = segment.EvaluationSeconds,
        OverheadSeconds = segment.OverheadSeconds,
        IsExport = segment.IsExport,
    };

    private static CurveColumns Columns(ImmutableArray<CurvePoint> points) => new()
    {
        Step = [.. points.Select(p => p.Step)],
        DeviceSeconds = [.. points.Select(p => Rounded(p.DeviceSeconds))],
        Seconds = [.. points.Select(p => Rounded(p.DeviceSeconds + p.EvaluationSeconds + p.OverheadSeconds))],
        Value = [.. points.Select(p => Rounded(p.Value))],
        Averaged = points.All(p => p.AveragedValue is null) ? null
            : [.. points.Select(p => p.AveragedValue is { } value ? Rounded(value) : (double?)null)],
    };

    /// <summary>To seven significant digits, which no plot can show.</summary>
    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        var digits = 6 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is < 0 or > 15 ? value : Math.Round(value, digits);
    }
}
