using AutoSelect.Chaos.Devices;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>
/// Nothing that is reported under a token that is over changes anything: each stored point and checkpoint of a simulated device was made
/// under the token of the segment that was open.
/// </summary>
internal sealed class FencingRule : Rule
{
    public override string Name => "superseded tokens change nothing";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var job in evidence.Jobs)
        {
            var open = new Dictionary<TrialId, long>();
            foreach (var e in job.Events)
            {
                if (e.Change is SegmentStarted started) open[started.Trial] = started.Segment.LeaseToken;
                else if (e.Change is SegmentEnded ended) open.Remove(ended.Trial);
                else if (e.Change is SegmentReported reported)
                    Look(job.Id, e.Number, reported, open.GetValueOrDefault(reported.Trial), found);
            }
        }
    }

    private static void Look(JobId job, long number, SegmentReported reported, long token, Findings found)
    {
        foreach (var point in reported.Points)
        {
            if (point.Diagnostics?.TryGetValue(SimulatedCurve.TokenFigure, out var own) != true) continue;
            found.Expect((long)own == token, job, () => $"event {number}: the point at step {point.Step} of {reported.Trial} was made "
                + $"under token {own}, in force was {token}");
        }
        if (reported.Checkpoint is { } checkpoint && SimulatedCheckpoint.TokenOf(checkpoint.Uri) is { } written)
            found.Expect(written == token, job, () => $"event {number}: {checkpoint.Uri} was made under another token than {token}");
    }
}
