using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;

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
        Assert.EndsWith(", by what earlier runs say.", Begun(Evidence.FastestTo(.9), Known));

    [Fact]
    public void They_are_not_where_they_say_nothing_of_the_objective_or_there_are_none()
    {
        Assert.EndsWith(", before anything is known of it.", Begun(Evidence.BestBy(100), Known));
        Assert.EndsWith(", before anything is known of it.", Begun(Evidence.FastestTo(.9), SelectionHistory.Empty));
    }

    /// <summary>Why the first challenger is tried.</summary>
    private static string Begun(Objective objective, SelectionHistory history)
    {
        var input = Evidence.Input(
            objective, 1, [.. Enumerable.Range(0, 3).Select(i => Evidence.Trial(i, 0, _ => 0, state: TrialState.Waiting))]);
        var outcome = new InsuredPolicy().Decide(
            input with { Baseline = TrialId.At(0), History = history, Probe = new ProbeBudget { Devices = 2, Price = 0 }, Devices = 2 });
        return outcome.Decisions.First(d => d.Trial != TrialId.At(0) && d.Kind == DecisionKind.Continue).Reason;
    }
}
