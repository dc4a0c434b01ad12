using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay.Suites;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class SuiteReplayTests
{
    /// <summary>Three families of one workload each with two studies; seconds to the target of a/1, a/2 and b/1.</summary>
    private static readonly ImmutableArray<RecordedCurve> Suite =
        [.. Problem("u", 0, 20, 40, 0), .. Problem("u", 1, 20, 40, 0), .. Problem("v", 0, 30, 40, 20),
            .. Problem("v", 1, 30, 40, 20), .. Problem("w", 0, 80, 40, 20), .. Problem("w", 1, 80, 0, 20)];

    [Fact]
    public void One_point_takes_the_point_of_the_study_from_each_algorithm()
    {
        var problems = ReplaySuite.Problems(Suite, ReplayPoints.One);
        Assert.Equal(["a/1", "b/1"], problems[0].Curves.Select(c => c.Candidate));
        Assert.Equal(["a/2", "b/1"], problems[1].Curves.Select(c => c.Candidate));
    }

    [Fact]
    public void One_point_in_turn_poses_each_problem_with_every_way_of_picking()
    {
        var problems = ReplaySuite.Problems(Suite, ReplayPoints.OneInTurn);
        Assert.Equal(12, problems.Select(p => p.Name).Distinct().Count());
        Assert.Equal([["a/1", "b/1"], ["a/2", "b/1"], ["a/2", "b/1"], ["a/1", "b/1"]],
            problems.Take(4).Select(p => p.Curves.Select(c => c.Candidate)));
    }

    [Fact]
    public void The_history_leaves_the_family_out_and_is_shared_by_its_problems()
    {
        var extra = Recordings.Reaching("a/1", 20) with { Family = "v", Problem = "x" };
        var problems = ReplaySuite.Problems(Suite, history: [extra, extra with { Family = "elsewhere" }]);
        Assert.Same(problems[0].History, problems[1].History);
        Assert.Equal(["elsewhere", "u", "w"], problems[2].History.Curves.Select(c => c.Family).Distinct().Order());
        Assert.Equal(13 + 1, problems[0].History.Curves.Length);
    }

    [Fact]
    public void The_figures_are_those_computed_by_hand()
    {
        var figures = Figures("best-elsewhere");
        // Slowdowns of a/1, a/2, b/1: u 1, 2, 4; v 1.5, 2, 1; w 4, 2 and 4, 1.
        // Without u: a/1 2.75, a/2 2.5, b/1 1, which misses on u. Without v: 2.5, 2.5, 2.5, the first. Without w: 1.25, 2, 2.5.
        Assert.Equal((4 + 4 + 1.5 + 1.5 + 4 + 4) / 6, figures.MeanCappedSlowdown!.Value, 1e-12);
        Assert.Equal(figures.SingleBest, figures.MeanCappedSlowdown);
        Assert.Equal(0, figures.ClosedGap);
        // Reached: v within 30 s, and w after 80 s, which is four times the oracle's 20.
        Assert.Equal(4.0 / 6, figures.HitRate!.Value, 1e-12);
        Assert.Equal(4, figures.MedianSlowdown);
        Assert.Equal((4 * 4 + 1.5 * 2) / 6, figures.DeviceTimeOverOracle!.Value, 1e-12);
        Assert.Equal(0, figures.ProbeShare);
        Assert.Null(figures.Coverage90);
        // Of three workloads drawn with replacement, all are v in 1 of 27 cases, below 5 %; two of them in 6.
        Assert.Equal([(1.5 + 1.5 + 4) / 3, 4], figures.MeanCappedSlowdownInterval!);
    }

    [Fact]
    public void The_oracle_closes_the_gap()
    {
        var figures = Figures("oracle");
        Assert.Equal((1, 1, 1, 1, 1),
            (figures.MeanCappedSlowdown, figures.HitRate, figures.ClosedGap, figures.Within5PercentOfOracle, figures.DeviceTimeOverOracle));
    }

    [Fact]
    public void A_problem_without_an_oracle_is_counted_and_left_out()
    {
        ImmutableArray<RecordedCurve> suite = [.. Problem("u", 0, 20, 40, 0), .. Problem("v", 0, 0, 0, 0)];
        var options = new SuiteReplayOptions { Policy = "oracle", Devices = 1 };
        var figures = SuiteFigures.FromReplays(SuiteReplay.Run(ReplaySuite.Problems(suite), options), options);
        Assert.Equal((2, 1, 1), (figures.Problems, figures.UnsolvableProblems, figures.MeanCappedSlowdown));
        Assert.Null(figures.PerProblem[1].Slowdown);
    }

    [Fact]
    public void Without_a_target_the_regret_is_scaled_by_the_range_of_values()
    {
        // At 20 s: 2 and 3; the first values are 5 and 4, of which the upper median is 5.
        ImmutableArray<RecordedCurve> suite = [Recordings.Curve("a", 5, 2), Recordings.Curve("b", 4, 3)];
        suite = [.. suite.Select(c => c with { Target = null, BudgetSeconds = 20 })];
        var options = new SuiteReplayOptions { Policy = "one-evaluation", Devices = 2 };
        var figures = SuiteFigures.FromReplays(SuiteReplay.Run(ReplaySuite.Problems(suite), options), options);
        Assert.Equal(1.0 / 3, figures.MeanScaledRegret!.Value, 1e-12);
        Assert.Null(figures.MeanCappedSlowdown);
        Assert.Equal("b", figures.PerProblem[0].Winner);
    }

    [Fact]
    public void Equal_seeds_give_equal_figures()
    {
        Assert.Equal(Figures("random").PerProblem, Figures("random").PerProblem);
        Assert.Equal(Figures("random").MeanCappedSlowdownInterval, Figures("random").MeanCappedSlowdownInterval);
    }

    [Fact]
    public void A_target_that_is_not_there_cannot_be_asked_for()
    {
        var options = new SuiteReplayOptions { Policy = "random", Objective = ObjectiveKind.FastestTo };
        var error = Assert.Throws<ArgumentException>(
            () => SuiteReplay.Run(ReplaySuite.Problems([Recordings.Curve("a", 1) with { Target = null }]), options));
        Assert.Contains("'p' has no target", error.Message);
    }

    private static SuiteFigures Figures(string policy)
    {
        var options = new SuiteReplayOptions { Policy = policy, Devices = 1 };
        return SuiteFigures.FromReplays(SuiteReplay.Run(ReplaySuite.Problems(Suite), options), options);
    }

    private static IEnumerable<RecordedCurve> Problem(string family, int study, params int[] seconds) =>
        new[] { "a/1", "a/2", "b/1" }.Zip(seconds, (name, s) =>
            Recordings.Reaching(name, s) with { Family = family, Workload = family, Study = study, Problem = $"{family}/{study}" });
}
