using AutoSelect.Jobs.Replay.Suites;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void With_the_history_of_other_families_the_insured_race_is_far_ahead_of_a_random_choice_on_real_curves()
    {
        // One study of each workload: the five are near copies.
        var problems = ReplaySuite.Problems(RealCurves.Read("algoperf"), ReplayPoints.One)
            .Where(p => p.Name.EndsWith("/0", StringComparison.Ordinal)).ToArray();
        SuiteFigures Figures(string policy)
        {
            var options = new SuiteReplayOptions { Policy = policy, Devices = 4 };
            return SuiteFigures.FromReplays(SuiteReplay.Run(problems, options), options);
        }

        var (informed, random) = (Figures("insured"), Figures("random"));

        output.WriteLine(
            $"slowdown {informed.MeanCappedSlowdown:0.00}, random {random.MeanCappedSlowdown:0.00}, hit {informed.HitRate:0.00}, device "
            + $"time {informed.DeviceTimeOverOracle:0.0} oracle runs");
        Assert.True(informed.MeanCappedSlowdown < random.MeanCappedSlowdown - 0.7,
            $"slowdown {informed.MeanCappedSlowdown:0.00} against {random.MeanCappedSlowdown:0.00} of a random choice");
        Assert.True(informed.HitRate >= 0.9, $"hit rate {informed.HitRate:0.00}");
    }
}
