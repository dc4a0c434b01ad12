using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>What was acknowledged is stored: points, checkpoints with their files, and requests.</summary>
internal sealed class LossRule : Rule
{
    public override string Name => "nothing acknowledged is lost";

    protected override void Look(Evidence evidence, Findings found)
    {
        var stored = evidence.Jobs
            .SelectMany(j => j.Events.Select(e => e.Change).OfType<SegmentReported>().Select(r => (Job: j.Id, Report: r)))
            .GroupBy(r => (r.Job, r.Report.Trial)).ToDictionary(g => g.Key, g => (
                Steps: g.SelectMany(r => r.Report.Points).Select(p => p.Step).ToHashSet(),
                Checkpoint: g.Max(r => r.Report.Checkpoint?.Step) ?? -1));
        foreach (var (asked, answer) in evidence.Answered(Whats.Report, EntryKind.Done))
        {
            if (asked.Job is not { } job || asked.Trial is not { } trial || !evidence.ById.ContainsKey(job)) continue;
            var (steps, checkpoint) = stored.TryGetValue((job, trial), out var has) ? has : ([], -1);
            foreach (var step in asked.Points ?? [])
            {
                if (step > answer.Acknowledged) continue;
                found.Expect(steps.Contains(step), job, () => $"{trial}: the point at step {step} of {asked.Client} (token {asked.Token}) "
                    + $"was acknowledged at {answer.At:0.000} and is not stored");
            }
            if (answer.Acknowledged is { } last and > 0)
                found.Expect(steps.Contains(last), job, () => $"{trial}: step {last} was acknowledged and is not stored");
            if (asked.Checkpoint is not { } written || answer.Order == SegmentOrder.Abandon || asked.IsZombie == true) continue;
            found.Expect(checkpoint >= written, job,
                () => $"{trial}: the checkpoint of step {written} was acknowledged; stored is that of {checkpoint}");
        }
        foreach (var bad in evidence.Of(Whats.BadCheckpoint, EntryKind.Note))
            found.Expect(IsSuperseded(evidence, bad), bad.Job!,
                () => $"{bad.Trial}: work under token {bad.Token} had no checkpoint to begin with: {bad.Reason}");
        var reasons = evidence.Jobs
            .SelectMany(j => j.Events.Select(e => e.Change).OfType<JobRequested>().Select(r => (j.Id, r.Request.Reason))).ToHashSet();
        foreach (var done in evidence.Of(Whats.Request, EntryKind.Done))
        {
            // What is so already needs no event.
            if (done.Reason is nameof(JobRequestKind.Resume) or nameof(JobRequestKind.Pause)) continue;
            found.Expect(reasons.Contains((done.Job!.Value, done.Key!)), done.Job, () => $"{done.Key} was taken in and is not stored");
        }
    }

    /// <summary>
    /// Work that came late, after another device had begun the trial under a newer token: that one removes what is older than its own.
    /// </summary>
    private static bool IsSuperseded(Evidence evidence, HistoryEntry bad) => evidence.Of(Whats.Work, EntryKind.Done)
        .Any(w => w.Job == bad.Job && w.Trial == bad.Trial && w.Token > bad.Token && w.At <= bad.At);
}
