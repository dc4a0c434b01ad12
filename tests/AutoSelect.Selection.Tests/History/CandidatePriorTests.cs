using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

public sealed class CandidatePriorTests
{
    [Fact]
    public void Who_was_fast_elsewhere_is_expected_to_be_fast()
    {
        var prior = CandidatePrior.Learn([.. Problem("easy", fast: 20, slow: 60), .. Problem("hard", fast: 50, slow: 95)])!;

        var draws = prior.Draw([("fast|fast/1", "fast", 0), ("slow|slow/1", "slow", 0)], 400, 1);

        Assert.True(draws[0].Average() < 0.5);
        Assert.True(draws[1].Average() > 0.6);
    }

    [Fact]
    public void That_nobody_has_arrived_says_that_the_problem_is_hard()
    {
        var prior = CandidatePrior.Learn([.. Problem("easy", fast: 20, slow: 60), .. Problem("hard", fast: 50, slow: 95)])!;

        // The fast one has trained .4 of its horizon in vain: of the two problems only the hard one is left to the other as well.
        var draws = prior.Draw([("fast|fast/1", "fast", 0.4), ("slow|slow/1", "slow", 0)], 400, 1);

        Assert.All(draws[0], x => Assert.True(x > 0.4));
        Assert.True(draws[1].Count(x => x > 0.9) > 300, $"{draws[1].Count(x => x > 0.9)} of 400");
    }

    [Fact]
    public void Without_targets_there_is_no_prior() =>
        Assert.Null(CandidatePrior.Learn([.. Problem("easy", 20, 60).Select(c => c with { Target = null })]));

    [Fact]
    public void Runs_that_were_broken_off_are_left_out_of_a_history_and_those_at_their_end_are_not()
    {
        var run = Run("easy", "fast", 100) with { State = "Paused" };
        Assert.Single(SelectionHistory.FromCurves([run]).Curves);
        Assert.Empty(SelectionHistory.FromCurves([Run("easy", "fast", 50) with { State = "Paused" }]).Curves);
        Assert.Single(SelectionHistory.FromCurves([Run("easy", "fast", 50) with { State = "Completed" }]).Curves);
    }

    private static IEnumerable<RecordedCurve> Problem(string name, int fast, int slow) =>
        [Run(name, "fast", fast), Run(name, "slow", slow)];

    private static RecordedCurve Run(string problem, string algorithm, int hit) => new()
    {
        Suite = "made-up",
        Workload = problem,
        Family = problem,
        Problem = problem,
        Candidate = $"{algorithm}/1",
        Algorithm = algorithm,
        Target = 1,
        StepHint = 100,
        Steps = [.. Enumerable.Range(1, hit).Select(i => (long)i)],
        Values = [.. Enumerable.Range(1, hit).Select(i => (double?)(1 + (hit - i) / 10.0))],
    };
}
