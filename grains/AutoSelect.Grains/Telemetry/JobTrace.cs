using System.Diagnostics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// The spans of a job while it is attended to: the job's, the latest rung's, and the assignments of its segments. A rung is the parent of
/// the assignments that it sent, and has links to those whose points it was decided from; the span of a device is below its assignment.
/// </summary>
internal sealed class JobTrace : IDisposable
{
    /// <summary>As many as the specification lets a span keep.</summary>
    private const int MostLinks = 128;

    private readonly JobId job;
    private readonly Activity? jobActivity;
    private readonly Dictionary<TrialId, Activity> running = [];

    /// <summary>Of the assignments that trials have trained under since the latest decision.</summary>
    private readonly Dictionary<TrialId, ActivityContext> evidence = [];

    private Activity? rungActivity;

    public JobTrace(JobRecord record)
    {
        job = record.Id;
        jobActivity = AutoSelectTelemetry.Activities.StartActivity("job", ActivityKind.Internal, default(ActivityContext));
        jobActivity?.SetTag("autoselect.job", job.Value);
        foreach (var (name, value) in record.Spec.Labels) jobActivity?.SetTag($"autoselect.label.{name}", value);
        Activity.Current = null;
    }

    /// <summary>What the span of a trial's segment on its device is to be below; null when nobody traces.</summary>
    public string? Parent(TrialId trial) => (running.GetValueOrDefault(trial) ?? rungActivity ?? jobActivity)?.Id;

    public void Started(TrialId trial, Segment segment)
    {
        Ended(trial, SegmentEnd.None);
        var activity = AutoSelectTelemetry.Activities.StartActivity(
            "assignment", ActivityKind.Producer, (rungActivity ?? jobActivity)?.Context ?? default);
        Activity.Current = null;
        if (activity is null) return;
        activity.SetTag("autoselect.job", job.Value).SetTag("autoselect.trial", trial.Value).SetTag("autoselect.rung", segment.Rung)
            .SetTag("autoselect.devices", segment.Members().Select(m => m.Device.Value).ToArray());
        running[trial] = activity;
        evidence[trial] = activity.Context;
    }

    public void Ended(TrialId trial, SegmentEnd end)
    {
        if (!running.Remove(trial, out var activity)) return;
        activity.SetTag("autoselect.end", end.ToString());
        activity.Dispose();
    }

    public void Decided(RungRecord rung)
    {
        rungActivity?.Dispose();
        rungActivity = AutoSelectTelemetry.Activities.StartActivity(
            "rung", ActivityKind.Internal, jobActivity?.Context ?? default, tags: null, Links());
        rungActivity?.SetTag("autoselect.job", job.Value).SetTag("autoselect.rung", rung.Rung).SetTag("autoselect.summary", rung.Summary);
        Activity.Current = null;
        foreach (var trial in evidence.Keys.Where(t => !running.ContainsKey(t)).ToList()) evidence.Remove(trial);
    }

    public void Dispose()
    {
        foreach (var activity in running.Values) activity.Dispose();
        running.Clear();
        rungActivity?.Dispose();
        jobActivity?.Dispose();
    }

    private IEnumerable<ActivityLink> Links() => evidence.OrderBy(e => e.Key).Take(MostLinks).Select(
        e => new ActivityLink(e.Value, new ActivityTagsCollection { ["autoselect.trial"] = e.Key.Value }));
}
