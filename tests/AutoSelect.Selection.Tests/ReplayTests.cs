using AutoSelect.Contracts;

namespace AutoSelect.Selection.Tests;

public sealed class ReplayTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_regret_policy_beats_a_random_choice_on_real_curves(int devices)
    {
        var problems = RealCurves.Read("algoperf").Where(c => c.Candidate.EndsWith("/1", StringComparison.Ordinal))
            .Select(c => c with { Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 1, WarmupFraction = 0.02 } }).GroupBy(c => c.Problem).ToArray();
        var outcomes = problems.Select(p => SimulatedJob.Run([.. p], new RegretPolicy(), WithoutDeadline(SimulatedConditions.For([.. p], devices))))
            .Where(o => o.Slowdown is not null).ToArray();
        var slowdown = outcomes.Average(o => o.Slowdown!.Value);
        var random = outcomes.Average(o => o.Reference.RandomSlowdown!.Value);
        var device = outcomes.Average(o => o.DeviceSeconds / o.Reference.OracleSeconds!.Value);
        output.WriteLine($"{outcomes.Length} problems of {problems.Length}, {devices} devices: slowdown {slowdown:0.00}, random {random:0.00}, hit {outcomes.Average(o => o.SecondsToTarget is null ? 0.0 : 1):0.00}, device time {device:0.0} oracle runs, rungs {outcomes.Average(o => o.Rungs.Length):0.0}");
        Assert.True(slowdown < random - 0.1, $"slowdown {slowdown:0.00} against {random:0.00} of a random choice");
    }

    // Some targets of the suite are reached at the very end of their budget: with it as a deadline nearly any probe is a miss.
    private static SimulatedConditions WithoutDeadline(SimulatedConditions conditions) =>
        conditions with { Objective = conditions.Objective with { DeadlineSeconds = null } };
}
