using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>
/// The job's clock as it would have gone with one trial alone, on the devices that it was trained on: what passed before anything trained,
/// what its device took to come to it, its loading, and then its own training and evaluation without a rest. Measured, beside whatever
/// trained at the same time.
/// </summary>
/// <param name="record">The job.</param>
/// <param name="trial">One of its trials.</param>
internal sealed class AloneClock(JobRecord record, Trial trial)
{
    private readonly double begun =
        record.Trials.Where(t => !t.Segments.IsEmpty).Select(t => t.Segments[0].StartedAt).DefaultIfEmpty(0).Min();

    /// <summary>Of its first segment alone, since without the others it would not have been taken up again.</summary>
    private readonly double waiting = Waiting(trial), loading = trial.Segments.IsEmpty ? 0 : trial.Segments[0].OverheadSeconds;

    public double At(CurvePoint point) => begun + waiting + Math.Min(loading, point.OverheadSeconds) + CurveReading.RunSeconds(point);

    /// <summary>At a step, in the pace of the curve.</summary>
    public double AtStep(long step) => begun + waiting + loading + CurveReading.RunSecondsAt(trial.Curve, step);

    /// <summary>Device seconds until a moment of this clock, as trials are charged them.</summary>
    public double DeviceSeconds(double at) => (at - begun - waiting) * trial.MeanDevices;

    /// <summary>Seconds for which its devices were held without working on it, such as those in which their processes started.</summary>
    private static double Waiting(Trial trial) =>
        trial.Segments is [{ EndedAt: { } end, End: not (SegmentEnd.DeviceLost or SegmentEnd.RankLost) } first, ..]
            ? Math.Max(0, end - first.StartedAt - first.Seconds) : 0;
}
