using k8s.Models;

namespace AutoSelect.Providers;

/// <summary>Reads what has become of a device's job, with its pods where they are still there. Pure.</summary>
internal static class JobReading
{
    /// <returns>Null for the jobs of others.</returns>
    public static DeviceObservation? Read(V1Job job, IReadOnlyList<V1Pod> pods, ControlId control)
    {
        if (job.Metadata is null || !BorrowLabel.TryParse(job.Metadata.Name, out var label) || label.Control != control) return null;
        var (state, reason, detail) = State(job, pods);
        var start = Time(job.Status?.StartTime);
        return new DeviceObservation
        {
            Label = label,
            Class = job.Metadata.Labels is { } labels && labels.TryGetValue(DeviceJob.ClassLabel, out var of) ? of : "",
            State = state,
            Reason = reason,
            Detail = detail,
            SchedulerId = job.Metadata.Name,
            Submitted = Time(job.Metadata.CreationTimestamp),
            // A job has a start time from when it may have pods; until a pod has a node the device waits.
            Start = state is BorrowState.Queued ? null : PodStart(pods) ?? start,
            Ends = state is BorrowState.Queued ? null : start + TimeSpan.FromSeconds(job.Spec?.ActiveDeadlineSeconds ?? 0),
        };
    }

    private static (BorrowState, EndReason, string) State(V1Job job, IReadOnlyList<V1Pod> pods)
    {
        if (Holds(job, "Complete") is { } complete) return (BorrowState.Gone, EndReason.Released, Text(complete));
        if (Holds(job, "Failed") is { } failed)
        {
            var disruption = pods.Select(Disruption).FirstOrDefault(d => d is not null);
            return (BorrowState.Gone, Reason(failed.Reason, disruption is not null), disruption ?? Text(failed));
        }
        if (job.Metadata.DeletionTimestamp is not null) return (BorrowState.Ending, EndReason.Released, "deleted");
        // Kueue takes a device back by suspending its job; it then waits in the queue again.
        if (job.Spec?.Suspend == true) return (BorrowState.Queued, EndReason.Unknown, "suspended");
        if (pods.FirstOrDefault(p => Disruption(p) is not null) is { } disrupted)
            return (BorrowState.Ending, EndReason.Preempted, Disruption(disrupted)!);
        // The condition comes before the last pod has ended.
        if (Holds(job, "FailureTarget") is { } failing) return (BorrowState.Ending, Reason(failing.Reason, false), Text(failing));
        var pod = pods.LastOrDefault(p => p.Metadata.DeletionTimestamp is null);
        return pod?.Status?.Phase switch
        {
            "Running" => (BorrowState.Running, EndReason.Unknown, "Running"),
            "Pending" when HasNode(pod) => (BorrowState.Starting, EndReason.Unknown, "Pending, has a node"),
            "Succeeded" or "Failed" => (BorrowState.Ending, EndReason.Unknown, pod.Status.Phase),
            _ => (BorrowState.Queued, EndReason.Unknown, Unscheduled(pod)),
        };
    }

    /// <summary>The pod failure policy has one rule, for disruptions, so its failures are such also when the pod is gone.</summary>
    private static EndReason Reason(string? reason, bool isDisrupted) =>
        isDisrupted || reason == "PodFailurePolicy" ? EndReason.Preempted
        : reason == "DeadlineExceeded" ? EndReason.Expired
        : EndReason.Failed;

    private static V1JobCondition? Holds(V1Job job, string type) =>
        job.Status?.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == "True");

    private static string? Disruption(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(c => c.Type == DeviceJob.Disruption && c.Status == "True") is { } condition
            ? $"{DeviceJob.Disruption} ({condition.Reason})" : null;

    private static bool HasNode(V1Pod pod) =>
        pod.Spec?.NodeName is { Length: > 0 }
        || pod.Status.Conditions?.Any(c => c.Type == "PodScheduled" && c.Status == "True") == true;

    private static string Unscheduled(V1Pod? pod) =>
        pod?.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled" && c.Status == "False") is { } condition
            ? $"not scheduled ({condition.Reason}): {condition.Message}" : "waits for a pod";

    private static string Text(V1JobCondition condition) =>
        string.Join(": ", new[] { condition.Type, condition.Reason, condition.Message }.Where(t => !string.IsNullOrEmpty(t)));

    private static DateTimeOffset? PodStart(IReadOnlyList<V1Pod> pods) =>
        pods.Select(p => Time(p.Status?.StartTime)).Where(t => t is not null).Order().LastOrDefault();

    private static DateTimeOffset? Time(DateTime? time) =>
        time is { } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;
}
