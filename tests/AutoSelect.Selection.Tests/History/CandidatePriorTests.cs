using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

public sealed class CandidatePriorTests
{
    private const int Samples = 1000;

    [Fact]
    public void Who_was_fast_elsewhere_is_expected_to_be_fast()
    {
        var prior = Learn(Problems(6, fast: 20, slow: 60));

        var draws = prior.Draw(Question("new", "fast", "slow"), Samples);

        Assert.True(Earlier(draws[0], draws[1]) > 0.7, $"{Earlier(draws[0], draws[1])}");
    }

    [Fact]
    public void That_nobody_has_arrived_says_that_the_problem_is_hard()
    {
        var prior = Learn([.. Problems(6, fast: 20, slow: 60, "easy"), .. Problems(6, fast: 50, slow: 95, "hard")]);
        var question = Question("new", "fast", "slow");
        var before = prior.Draw(question, Samples);

        // The fast one has trained .4 of its horizon in vain: the hard ones are more likely than they were.
        var after = prior.Draw(
            question with { Candidates = [question.Candidates[0] with { Trained = 0.4 }, question.Candidates[1]] }, Samples);

        Assert.All(after[0], x => Assert.True(x > 0.4));
        Assert.True(Late(after[1]) > 1.2 * Late(before[1]), $"{Late(before[1])} before, {Late(after[1])} after");
        static double Late(double[] draws) => draws.Count(x => x > 0.8) / (double)draws.Length;
    }

    [Fact]
    public void After_one_job_of_two_strategies_the_other_ones_may_still_be_best()
    {
        // One earlier job tried two points of one strategy alone.
        var prior = Learn([Run("job", "tried", 20), Run("job", "tried", 30) with { Candidate = "tried/2" }]);

        var draws = prior.Draw(Question("job", "tried", "untried"), Samples);

        Assert.InRange(Earlier(draws[0], draws[1]), 0.4, 0.95);
    }

    [Fact]
    public void One_finished_run_counts_though_nineteen_candidates_are_asked_for()
    {
        var history = SelectionHistory.FromCurves([Run("job", "winner", 20)]);

        var draws = history.Prior!.Draw(Question("job", [.. Enumerable.Range(0, 18).Select(i => $"s{i}"), "winner"]), Samples);

        Assert.All(draws[..18], other => Assert.True(Earlier(draws[18], other) > 0.5));
    }

    [Fact]
    public void A_run_that_was_stopped_is_not_expected_before_where_it_stopped()
    {
        RecordedCurve[] job = [Run("job", "winner", 60), Unfinished("job", "late", 55)];

        var (with, without) = (Learn(job), Learn(job[..1]));
        static double Early(CandidatePrior prior) =>
            prior.Draw(Question("job", "winner", "late"), Samples)[1].Count(x => x < 0.45) / (double)Samples;

        Assert.True(Early(with) < 0.5 * Early(without), $"{Early(with)} with, {Early(without)} without");
    }

    [Fact]
    public void The_stores_own_history_outweighs_the_shipped_prior_as_it_grows()
    {
        var shipped = Problems(5, fast: 20, slow: 80).Select(c => c with { Origin = "elsewhere" }).ToArray();
        double FastFirst(int own)
        {
            var opposite = Enumerable.Range(0, own).SelectMany(i => Problem($"own{i}", fast: 80, slow: 20));
            var draws = Learn([.. shipped, .. opposite]).Draw(Question("new", "fast", "slow"), Samples);
            return Earlier(draws[0], draws[1]);
        }

        var (none, few, many) = (FastFirst(0), FastFirst(2), FastFirst(20));
        Assert.True(none > few && few > many, $"{none}, {few}, {many}");
        Assert.True(none > 0.7 && many < 0.4, $"{none}, {many}");
    }

    [Fact]
    public void Runs_of_the_same_workload_count_most()
    {
        var prior = Learn([.. Problems(5, fast: 20, slow: 80), .. Problem("home", fast: 80, slow: 20)]);

        var (home, away) = (prior.Draw(Question("home", "fast", "slow"), Samples), prior.Draw(Question("new", "fast", "slow"), Samples));

        Assert.True(Earlier(home[0], home[1]) < 0.5);
        Assert.True(Earlier(away[0], away[1]) > 0.5);
    }

    [Fact]
    public void On_the_same_workload_curves_tell_of_the_jobs_own_target()
    {
        // Losses fall by .1 a step: the job's easier target came at step 20, the earlier one's at 40.
        var question = Question("home", "fast");

        var draws = Learn([Run("home", "fast", 40)])
            .Draw(question with { Objective = question.Objective with { Target = 3 } }, Samples)[0];

        Assert.InRange(draws.Order().ElementAt(Samples / 2), 0.15, 0.27);
    }

    [Fact]
    public void Without_targets_a_problem_is_read_at_values_of_the_usual_baseline()
    {
        var runs = new[] { Run("job", "nadamw", 100), Run("job", "fast", 50) }.Select(c => c with { Target = null }).ToArray();

        var draws = Learn(runs).Draw(Question("new", "nadamw", "fast"), Samples);

        Assert.True(Earlier(draws[1], draws[0]) > 0.6);
        Assert.Null(CandidatePrior.Learn(Curves(Problem("easy", 20, 60).Select(c => c with { Target = null }))));
    }

    [Fact]
    public void On_a_plateau_of_the_baseline_there_is_one_target()
    {
        static HistoryCurve Curve(string algorithm, Func<int, double> loss) => HistoryCurve.FromRecording(Run("job", algorithm, 100) with
        {
            Target = null, Values = [.. Enumerable.Range(1, 100).Select(i => (double?)loss(i))],
        })!;
        var (learning, stuck) = (Curve("fast", i => 10 - 0.09 * i), Curve("nadamw", i => i < 20 ? 10 - 0.2 * i : 6 - 1e-4 * i));

        Assert.Single(PriorProblem.Targets([learning, stuck], stuck));
        Assert.Equal(3, PriorProblem.Targets([learning, stuck], learning).Count());
    }

    [Fact]
    public void The_same_question_gets_the_same_answer()
    {
        var question = Question("new", "fast", "slow");

        Assert.Equal(Learn(Problems(3, 20, 60)).Draw(question, 50), Learn(Problems(3, 20, 60).Reverse()).Draw(question, 50));
    }

    [Fact]
    public void Runs_that_were_broken_off_tell_no_outcome_but_are_learned_from()
    {
        var history = SelectionHistory.FromCurves([Unfinished("easy", "fast", 50), Run("easy", "slow", 50) with { State = "Completed" }]);

        Assert.Equal("slow", Assert.Single(history.Curves).Algorithm);
        Assert.Equal(2, history.All.Length);
    }

    private static CandidatePrior Learn(IEnumerable<RecordedCurve> runs) => CandidatePrior.Learn(Curves(runs))!;

    private static IEnumerable<HistoryCurve> Curves(IEnumerable<RecordedCurve> runs) =>
        runs.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>();

    private static double Earlier(double[] one, double[] other) => one.Zip(other).Average(p => p.First < p.Second ? 1.0 : 0);

    private static PriorQuestion Question(string workload, params string[] strategies) => new(workload,
        new Objective { Kind = ObjectiveKind.FastestTo, Metric = "", Direction = Direction.Minimize, Target = 1 },
        [.. strategies.Select(s => new PriorCandidate($"{s}|{s}/1", s, null, 100, 0))], Baseline: null, Seed: 1);

    private static RecordedCurve[] Problems(int count, int fast, int slow, string name = "p") =>
        [.. Enumerable.Range(0, count).SelectMany(i => Problem($"{name}{i}", fast, slow))];

    private static IEnumerable<RecordedCurve> Problem(string name, int fast, int slow) =>
        [Run(name, "fast", fast), Run(name, "slow", slow)];

    private static RecordedCurve Unfinished(string problem, string algorithm, int steps) =>
        Run(problem, algorithm, steps, last: 1.1) with { State = "Paused" };

    /// <summary>A run of so many steps, of 100 planned, in which the loss falls by .1 a step to its last value; the target is 1.</summary>
    private static RecordedCurve Run(string problem, string algorithm, int steps, double last = 1) => new()
    {
        Suite = "made-up",
        Workload = problem,
        Family = problem,
        Problem = problem,
        Candidate = $"{algorithm}/1",
        Algorithm = algorithm,
        Target = 1,
        StepHint = 100,
        Steps = [.. Enumerable.Range(1, steps).Select(i => (long)i)],
        Values = [.. Enumerable.Range(1, steps).Select(i => (double?)(last + (steps - i) / 10.0))],
    };
}
