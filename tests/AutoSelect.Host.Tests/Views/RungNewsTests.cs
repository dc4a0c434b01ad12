using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Tests;

/// <summary>People are told what changes, not that a decision was taken.</summary>
public sealed class RungNewsTests
{
    private static readonly TrialId First = new("t01"), Second = new("t02");

    [Fact]
    public void A_decision_after_which_all_goes_on_is_routine_whatever_its_figures() => Assert.Empty(News(SampleJob.Started.Then(
        5, Decided(1, "9.3 s of the premium are left", (First, DecisionKind.Continue), (Second, DecisionKind.Continue)))));

    [Fact]
    public void Who_rests_is_told_once_with_what_it_came_to()
    {
        var rests = SampleJob.Probed.Then(11, Decided(1, "", (First, DecisionKind.Continue), (Second, DecisionKind.Pause)));
        Assert.Equal(["pause t02 sgd-b64: for a reason (accuracy 0.7100 at epoch 1.00)"], News(rests));
        Assert.Empty(News(rests.Then(12, Decided(2, "", (First, DecisionKind.Continue), (Second, DecisionKind.Pause)))));
    }

    [Fact]
    public void Who_is_taken_up_again_is_told()
    {
        var rests = SampleJob.Probed.Then(11, Decided(1, "", (First, DecisionKind.Continue), (Second, DecisionKind.Pause)));
        var again = rests.Then(12, Decided(2, "", (First, DecisionKind.Continue), (Second, DecisionKind.Continue)));
        Assert.Equal(["train t02 sgd-b64: for a reason"], News(again));
        Assert.Equal(["t02 sgd-b64 goes on from step 100 on here-cpu1"], News(again.Then(12.1, Started(Second, "here-cpu1", 2))));
    }

    [Fact]
    public void A_slice_and_the_next_one_on_the_same_device_are_routine_and_another_device_is_not()
    {
        var on = SampleJob.Probed.Then(11, Decided(1, "", (First, DecisionKind.Continue), (Second, DecisionKind.Continue)));
        Assert.Empty(News(on.Then(11.1, Started(Second, "here-cpu1", 1))));
        Assert.Equal(["t02 sgd-b64 goes on from step 100 on here-cpu0"], News(on.Then(11.1, Started(Second, "here-cpu0", 1))));
    }

    [Fact]
    public void An_objective_that_becomes_infeasible_is_told_once_and_so_is_its_return()
    {
        var (both, hopeless) = (Decided(1, "hopeful", (First, DecisionKind.Continue), (Second, DecisionKind.Continue)),
            Decided(2, "not feasible", (First, DecisionKind.Continue), (Second, DecisionKind.Continue)));
        var story = SampleJob.Started.Then(5, both).Then(6, hopeless with { Rung = hopeless.Rung with { Feasible = false } });
        Assert.Equal(["rung 2: not feasible"], News(story));
        Assert.Empty(News(story.Then(7, hopeless with { Rung = hopeless.Rung with { Rung = 3, Feasible = false } })));
        Assert.Equal(["rung 3: hopeful"], News(story.Then(7, both with { Rung = both.Rung with { Rung = 3 } })));
    }

    [Fact]
    public void The_end_of_a_job_is_told_by_what_ended_it_and_not_for_every_candidate()
    {
        var end = Decided(2, "it reached the target", (First, DecisionKind.Commit), (Second, DecisionKind.Stop));
        var commit = SampleJob.Committed.Record.Commit! with { Winner = First, Rung = 2 };
        var story = SampleJob.Arrived.Then(31, end with
        {
            Rung = end.Rung with { Basis = null, NextStep = ImmutableSortedDictionary<string, long>.Empty },
            Commit = commit,
        });
        Assert.Empty(News(story));
    }

    [Fact]
    public void A_reason_that_names_its_candidate_is_not_named_twice()
    {
        var decided = Decided(1, "", (First, DecisionKind.Continue), (Second, DecisionKind.Pause));
        var named = decided.Rung.Decisions.SetItem(1, decided.Rung.Decisions[1] with { Reason = "sgd-b64 rests." });
        var rests = decided with { Rung = decided.Rung with { Decisions = named } };
        Assert.Equal(["t02 sgd-b64 rests."], News(SampleJob.Started.Then(5, rests)));
        Assert.Equal(["t02 sgd-b64 rests (accuracy 0.7100 at epoch 1.00)"], News(SampleJob.Probed.Then(11, rests)));
    }

    /// <summary>What the last event of a story tells people.</summary>
    private static string[] News(SampleStory story)
    {
        var reader = new EventReader(since: story.Events.Length - 1);
        return [.. reader.Read(story.Since(0)).Where(l => !l.IsRoutine).Select(l => l.Text)];
    }

    private static SegmentStarted Started(TrialId trial, string device, int rung) => new(
        trial, new Segment
        {
            Device = new(device),
            LeaseToken = 3,
            Rung = rung,
            StartedAt = 12,
            FromStep = 100,
            ToStep = 100,
        }, []);

    private static JobDecided Decided(int rung, string summary, params (TrialId Trial, DecisionKind Kind)[] decisions) => new(
        new RungRecord
        {
            Rung = rung,
            DecidedAt = rung,
            Forecasts = [],
            Decisions = [.. decisions.Select(d => new Decision { Trial = d.Trial, Kind = d.Kind, Reason = "for a reason" })],
            Unit = "s",
            SpentDeviceSeconds = 0,
            Summary = summary,
            Basis = new DecisionBasis { Event = 1, Clock = rung, Devices = 2, Policy = "insured", PolicyVersion = 1 },
            NextStep = decisions.Where(d => d.Kind is DecisionKind.Continue or DecisionKind.Commit)
                .ToImmutableSortedDictionary(d => d.Trial.Value, _ => 500L),
        }, null);
}
