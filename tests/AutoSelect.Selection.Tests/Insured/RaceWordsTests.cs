using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>A decision says what its figures rest on.</summary>
public sealed class RaceWordsTests
{
    private static readonly SelectionHistory Known = SelectionHistory.FromCurves(Enumerable.Range(0, 12).SelectMany(i => new[]
    {
        Recordings.Reaching("s1/1", 90), Recordings.Reaching("s2/1", 20),
    }.Select(c => c with { Problem = $"p{i}", Family = $"f{i}", Workload = $"w{i}" })));

    [Fact]
    public void Earlier_runs_are_named_where_they_chose() =>
        Assert.EndsWith(", by what earlier runs say.", Begun(Goals.FastestTo(.9), Known));

    [Fact]
    public void Where_they_say_nothing_of_the_objective_or_there_are_none_no_figures_are_made_up()
    {
        Assert.EndsWith(" is tried, since nothing is known of anybody yet.", Begun(Goals.BestBy(100), Known));
        Assert.EndsWith(" is tried, since nothing is known of anybody yet.", Begun(Goals.FastestTo(.9), SelectionHistory.Empty));
    }

    [Fact]
    public void One_that_is_judged_by_those_that_have_begun_is_so_called() => Assert.EndsWith(
        ", if it is like those that have begun.",
        Begun(Goals.FastestTo(.9), SelectionHistory.Empty,
            Evidence.Trial(0, 150, Evidence.Rising(.8, .02)) with { RunningTo = Evidence.Horizon }));

    /// <summary>Why the first challenger is tried.</summary>
    private static string Begun(Objective objective, SelectionHistory history, TrialEvidence? baseline = null)
    {
        var waiting = Enumerable.Range(0, 3).Select(i => Evidence.Trial(i, 0, _ => 0, state: TrialState.Waiting)).ToArray();
        var input = Evidence.Input(objective, 1, [baseline ?? waiting[0], .. waiting.Skip(1)]);
        var outcome = new InsuredPolicy().Decide(
            input with { Baseline = TrialId.At(0), History = history, Probe = new ProbeBudget { Devices = 2, Price = 0 }, Devices = 2 });
        return outcome.Decisions.First(d => d.Trial != TrialId.At(0) && d.Kind == DecisionKind.Continue).Reason;
    }
}
