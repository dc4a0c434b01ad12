using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Tests.Replay;

public sealed class CampaignReplayTests
{
    /// <summary>
    /// Two workloads, three algorithms, two repetitions: "quick" reaches the target in half the time of "usual", "slow" never.
    /// </summary>
    private static readonly ImmutableArray<RecordedCurve> Recording =
    [
        .. from workload in new[] { "a", "b" }
           from algorithm in new[] { ("quick", 0.2), ("slow", 0.01), ("usual", 0.1) }
           from study in new[] { 0, 1 }
           let rate = algorithm.Item2 * (1 + 0.1 * study)
           select new RecordedCurve
           {
               Workload = workload, Family = workload, Problem = $"{workload}/{study}", Study = study, Candidate = $"{algorithm.Item1}/0",
               Algorithm = algorithm.Item1, Metric = "loss", Target = 0.2, BudgetSeconds = 40, StepHint = 40,
               Steps = [.. Enumerable.Range(1, 40).Select(i => (long)i)],
               Seconds = [.. Enumerable.Range(1, 40).Select(i => (double)i)],
               Values = [.. Enumerable.Range(1, 40).Select(i => (double?)Math.Exp(-rate * i))],
           },
    ];

    private static readonly RecordedWorkloads Points = new(Recording, baseline: "usual");

    [Fact]
    public void A_campaign_that_learns_uses_less_device_time_and_comes_earlier_for_the_same_jobs()
    {
        var replay = new CampaignReplay(Points, new CampaignReplayOptions { Jobs = 40 });
        var (learned, without) = (replay.Run(ReplayedChoice.Learning), replay.Run(ReplayedChoice.Template));
        Assert.Equal("quick/0", AutoSelect.Campaigns.Learning.Arms.Name(learned.Arms, learned.Baseline));
        Assert.Empty(without.Promotions);
        Assert.All(without.Points, p => Assert.Equal(3, p.Result!.TookPart.Length));
        Assert.All(learned.Points.Where(p => p.Index % 8 == 0), p => Assert.Equal(3, p.Result!.TookPart.Length));
        var stretches = ReplayComparison.Of(learned, without);
        Assert.Equal(["1-14", "15-28", "29-40", "1-40"], stretches.Select(s => $"{s.From}-{s.To}"));
        Assert.True(stretches[2].DeviceTime < 0.9 && stretches[2].Candidates < stretches[0].Candidates);
        Assert.True(stretches[2].Time <= 1.0001);
        Assert.Equal((0, 0), (stretches[3].Missed, stretches[3].MissedWithout));
    }

    [Fact]
    public void Every_round_has_every_workload_once_and_a_replay_can_be_repeated()
    {
        var replay = new CampaignReplay(Points, new CampaignReplayOptions { Jobs = 12 });
        var (one, two) = (replay.Run(ReplayedChoice.Learning), replay.Run(ReplayedChoice.Learning));
        Assert.All(one.Points.Chunk(2), round => Assert.Equal(2, round.Select(p => p.Values[0]).Distinct().Count()));
        Assert.Equal(
            one.Points.Select(p => (p.Values[0], p.Result!.DeviceSeconds)), two.Points.Select(p => (p.Values[0], p.Result!.DeviceSeconds)));
    }

    [Fact]
    public void The_same_jobs_are_run_with_asha_and_with_the_baseline_alone()
    {
        var replay = new CampaignReplay(Points, new CampaignReplayOptions { Jobs = 8 });
        var (learned, asha, baseline) =
            (replay.Run(ReplayedChoice.Learning), replay.Run(ReplayedChoice.Asha), replay.Run(ReplayedChoice.Baseline));
        Assert.All(asha.Points, p => Assert.Equal(3, p.Result!.TookPart.Length));
        Assert.All(baseline.Points, p => Assert.Equal("usual/0", p.Result!.WinnerName));
        Assert.Equal(learned.Points.Select(p => p.Values[0]), asha.Points.Select(p => p.Values[0]));
        var rows = ReplayTotals.Of(learned, [("asha", asha), ("baseline", baseline)]);
        Assert.Equal(["asha", "baseline"], rows.Select(r => r.Name));
        Assert.Equal(baseline.DeviceSeconds / learned.DeviceSeconds, rows[1].DeviceTime, 9);
        Assert.True(rows[0].DeviceTime > 1 && rows[1].Time > 1);
    }

    [Fact]
    public void Other_points_cannot_be_compared()
    {
        var one = Sample.Begun(Sample.Spec).With(Sample.Proposed(0, "1"), new PointEnded(0, Sample.Result(1)));
        var two = Sample.Begun(Sample.Spec).With(Sample.Proposed(0, "2"), new PointEnded(0, Sample.Result(1)));
        Assert.Contains(
            "Point 1 is another", Assert.Throws<ArgumentException>(() => ReplayComparison.Of(one, two)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "The baseline is 'none': it must be one of quick, slow, usual")]
    public void A_baseline_that_was_not_recorded_is_told(string name, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentException>(() => new RecordedWorkloads(Recording, baseline: name)).Message,
        StringComparison.Ordinal);
}
