using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// On which class of devices, by kind and model, the times of trials were measured: those of one class say nothing of another, and a trial
/// that has moved to another is measured anew. Pure.
/// </summary>
internal sealed class DeviceClasses(JobRecord record)
{
    private readonly Dictionary<DeviceId, string> models = record.Devices.ToDictionary(d => d.Id, d => $"{d.Kind} {d.Model}");

    /// <summary>
    /// Class that a trial trains on, or did last. One that has not begun will get a borrowed device: of the class of the last one that was.
    /// </summary>
    public string OfTrial(Trial trial) => LastOf(trial) is { } last ? OfSegment(last)
        : record.Trials.Where(t => LastOf(t) is not null).OrderBy(t => t.Candidate.Name != record.Spec.Baseline)
            .ThenBy(t => LastOf(t)!.StartedAt).LastOrDefault() is { } other ? OfSegment(LastOf(other)!) : "";

    /// <summary>What its steps took on that class; null where they were not measured there.</summary>
    public StepTime? Measured(Trial trial) => trial.Segments.All(s => s.StepTime is null) ? trial.StepTime
        : trial.Segments.LastOrDefault(s => s.StepTime is not null && OfSegment(s) == OfTrial(trial))?.StepTime;

    /// <summary>Mean seconds of its evaluations since it came to that class; null before the first.</summary>
    public double? EvaluationSeconds(Trial trial)
    {
        if (trial.Curve.IsEmpty) return null;
        var since = trial.Segments.LastOrDefault(s => !s.IsExport && OfSegment(s) != OfTrial(trial))?.ToStep;
        var before = since is null ? null : trial.Curve.LastOrDefault(p => p.Step <= since);
        var points = trial.Curve.Count(p => since is null || p.Step > since);
        return points == 0 ? null : (trial.Curve[^1].EvaluationSeconds - (before?.EvaluationSeconds ?? 0)) / points;
    }

    private static Segment? LastOf(Trial trial) => trial.Segments.LastOrDefault(s => !s.IsExport);

    private string OfSegment(Segment segment) => string.Join(
        " + ", segment.Members().Select(m => models.GetValueOrDefault(m.Device, "")).Distinct().Order(StringComparer.Ordinal));
}
