namespace AutoSelect.Selection.Tests;

public sealed class ReplayTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_regret_policy_beats_a_random_choice_on_real_curves(int devices)
    {
        var problems = ReplaySuite.Problems(RealCurves.Read("algoperf"), onePoint: true);
        var (regret, random) = (Figures("regret"), Figures("random"));
        output.WriteLine($"{regret.Problems} problems, {devices} devices: slowdown {regret.MeanCappedSlowdown:0.00}, random {random.MeanCappedSlowdown:0.00}, hit {regret.HitRate:0.00}, device time {regret.DeviceTimeOverOracle:0.0} oracle runs");
        Assert.True(regret.MeanCappedSlowdown < random.MeanCappedSlowdown - 0.1, $"slowdown {regret.MeanCappedSlowdown:0.00} against {random.MeanCappedSlowdown:0.00} of a random choice");

        SuiteFigures Figures(string policy)
        {
            var options = new SuiteReplayOptions { Policy = policy, Devices = devices };
            return SuiteFigures.Of(SuiteReplay.Run(problems, options), options);
        }
    }
}
