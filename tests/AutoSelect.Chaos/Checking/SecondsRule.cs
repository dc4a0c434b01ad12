using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>
/// Device seconds are charged once for each lease, as its device reported them under the lease's own token; what zombies train after that
/// is charged to nobody. A device that ignores an order to give up is charged as long as its lease is in force: that of a candidate that
/// was stopped is, until the device has let go.
/// </summary>
internal sealed class SecondsRule : Rule
{
    public override string Name => "device seconds by lease";

    protected override void Look(Evidence evidence, Findings found)
    {
        var charged = ChargedSeconds(evidence);
        var reports = evidence.Of(Whats.Report, EntryKind.Asked).Where(e => e.Token is not null).ToLookup(e => e.Token!.Value);
        foreach (var (token, (job, seconds)) in charged)
        {
            if (!reports.Contains(token)) continue;
            var own = reports[token].Select(e => e.Seconds!.Value).Append(0).ToHashSet();
            found.Expect(own.Contains(seconds), job, () => $"{seconds} s are charged for token {token}; its device reported at most "
                + $"{own.Max()} s under it");
        }
    }

    /// <summary>Training seconds that are charged, by token of the leading device.</summary>
    public static Dictionary<long, (JobId Job, double Seconds)> ChargedSeconds(Evidence evidence)
    {
        var charged = new Dictionary<long, (JobId, double)>();
        foreach (var job in evidence.Jobs)
        {
            var open = new Dictionary<TrialId, long>();
            foreach (var change in job.Events.Select(e => e.Change))
            {
                var (trial, progress) = change switch
                {
                    SegmentReported reported => (reported.Trial, reported.Progress),
                    SegmentEnded ended => (ended.Trial, ended.Progress),
                    _ => (default, null),
                };
                if (change is SegmentStarted started)
                {
                    open[started.Trial] = started.Segment.LeaseToken;
                    charged[started.Segment.LeaseToken] = (job.Id, 0);
                }
                if (progress is null || !open.TryGetValue(trial, out var token)) continue;
                charged[token] = (job.Id, Math.Max(charged[token].Item2, progress.DeviceSeconds));
                if (change is SegmentEnded) open.Remove(trial);
            }
        }
        return charged;
    }
}
