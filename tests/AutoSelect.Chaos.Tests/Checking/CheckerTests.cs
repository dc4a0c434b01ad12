using AutoSelect.Chaos.Checking;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

namespace AutoSelect.Chaos.Tests.Checking;

/// <summary>Each rule passes a good history and finds what a bad one has wrong.</summary>
public sealed class CheckerTests
{
    private readonly Story story = new();

    [Fact]
    public void A_run_in_which_all_went_well_breaks_no_rule()
    {
        var results = Checker.Check(story.Evidence, _ => SelectionHistory.Empty);
        Assert.Empty(results.SelectMany(r => r.Violations));
        // No decision of it has a policy's basis; all other rules had something to look at.
        Assert.All(results.Where(r => r.Rule != new DecisionRule(_ => SelectionHistory.Empty).Name), r => Assert.NotEqual(0, r.Looked));
    }

    [Fact]
    public void A_job_that_does_not_end_is_found()
    {
        story.Events.RemoveAt(story.Events.Count - 1);
        story.Phase = JobPhase.Committed;
        Finds(new TerminalRule(), "Committed");
    }

    [Fact]
    public void A_job_that_was_accepted_and_is_gone_is_found()
    {
        story.Says("other", Whats.Submit, e => e with { Key = "chaos-9" }, e => e with { Job = new JobId("gone-1") });
        Finds(new TerminalRule(), "not stored");
    }

    [Fact]
    public void A_silo_that_tells_of_another_phase_is_found()
    {
        story.Spoil(e => e.What == Whats.Describe, e => e with { Phase = JobPhase.Probing });
        Finds(new TerminalRule(), "Probing");
    }

    [Fact]
    public void A_row_that_lags_behind_its_events_is_found()
    {
        var evidence = story.Evidence;
        var lagging = evidence with { Jobs = [evidence.Jobs[0] with { Version = 3 }] };
        Assert.Contains(new TerminalRule().Check(lagging).Violations, v => v.Message.StartsWith("its row is at event 3,"));
    }

    [Fact]
    public void A_model_of_another_candidate_than_the_commits_is_found()
    {
        story.Events.RemoveAt(story.Events.Count - 1);
        story.Happens(new JobEnded(JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "", Winner = TrialId.At(5) }));
        Finds(new CommitRule(), "t06");
    }

    [Fact]
    public void A_job_that_is_completed_without_a_commit_is_found()
    {
        story.Events.RemoveRange(story.Events.Count - 2, 2);
        story.Happens(new JobEnded(JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "", Winner = Story.Trial }));
        Finds(new CommitRule(), "nobody");
    }

    [Fact]
    public void A_device_with_two_leases_in_one_answer_is_found()
    {
        var lease = story.Histories.Single(e => e is { What: Whats.Leases });
        story.Histories.Add(lease with { Job = new JobId("other-1") });
        Finds(new DeviceRule(), "at once");
    }

    [Fact]
    public void A_token_that_was_given_out_twice_is_found()
    {
        story.Others.Add(Other(Story.Started(Story.Token)));
        Finds(new DeviceRule(), "token 7");
    }

    [Fact]
    public void A_stored_point_of_a_device_that_had_newer_work_is_found()
    {
        var first = story.Histories.First(e => e is { What: Whats.Report, Kind: EntryKind.Asked });
        var newer = first with { What = Whats.Work, Kind = EntryKind.Done, Token = 8, At = first.At - .5 };
        story.Histories.Insert(story.Histories.IndexOf(first), newer);
        Finds(new DeviceRule(), "after work under 8");
    }

    [Fact]
    public void A_point_that_was_acknowledged_and_is_not_stored_is_found()
    {
        Replace<SegmentReported>(r => r.Points[0].Step == 25, r => r with { Points = [] });
        Finds(new LossRule(), "step 25");
    }

    [Fact]
    public void An_acknowledgement_of_a_step_that_is_not_stored_is_found()
    {
        story.Spoil(e => e is { What: Whats.Report, Kind: EntryKind.Done, Acknowledged: 50 }, e => e with { Acknowledged = 75 });
        Finds(new LossRule(), "step 75");
    }

    [Fact]
    public void A_checkpoint_that_was_acknowledged_and_is_not_stored_is_found()
    {
        Replace<SegmentReported>(r => r.Points[0].Step == 50, r => r with { Checkpoint = null });
        Finds(new LossRule(), "checkpoint of step 50");
    }

    [Fact]
    public void Work_that_begins_with_a_checkpoint_that_is_gone_is_found()
    {
        story.Adds(EntryKind.Note, "simulated-0", Whats.BadCheckpoint, e => e with
        {
            Job = Story.Job,
            Trial = Story.Trial,
            Token = 8,
            Reason = "gone",
        });
        Finds(new LossRule(), "gone");
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(7, false)]
    public void Work_that_comes_after_that_of_a_newer_lease_needs_its_checkpoint_no_more(long other, bool isFine)
    {
        HistoryEntry Of(HistoryEntry e, long token) => e with { Job = Story.Job, Trial = Story.Trial, Token = token, Reason = "gone" };
        story.Adds(EntryKind.Done, "simulated-1", Whats.Work, e => Of(e, other));
        story.Adds(EntryKind.Note, "simulated-0", Whats.BadCheckpoint, e => Of(e, 8));
        Assert.Equal(isFine, new LossRule().Check(story.Evidence).Violations.Count == 0);
    }

    [Fact]
    public void A_write_that_rests_on_an_event_before_the_last_one_is_found()
    {
        story.Spoil(e => e.What == Whats.Write, e => e with { Kind = EntryKind.Done });
        Finds(new VersionRule(), "at event 2");
    }

    [Fact]
    public void A_request_that_was_taken_in_and_is_not_stored_is_found()
    {
        story.Says("submitter", Whats.Request, e => e with { Key = "chaos-0-Cancel", Job = Story.Job, Reason = "Cancel" }, e => e);
        Finds(new LossRule(), "chaos-0-Cancel");
    }

    [Fact]
    public void An_event_that_a_reader_missed_is_found()
    {
        story.Histories.RemoveAll(e => e is { What: Whats.Event, Number: 3 });
        Finds(new NumberRule(), "event 4 where 3");
    }

    [Fact]
    public void An_event_that_a_reader_got_twice_is_found()
    {
        var second = story.Histories.Single(e => e is { What: Whats.Event, Number: 2 });
        story.Histories.Insert(story.Histories.IndexOf(second), second);
        Finds(new NumberRule(), "event 2 where 3");
    }

    [Fact]
    public void An_event_that_was_read_and_is_stored_otherwise_is_found()
    {
        story.Spoil(e => e is { What: Whats.Event, Number: 3 }, e => e with { Digest = "0123456789abcdef" });
        Finds(new NumberRule(), "is not stored so");
    }

    [Fact]
    public void A_gap_in_what_is_stored_is_found()
    {
        story.Events[2] = story.Events[2] with { Number = 9 };
        Finds(new NumberRule(), "event 9 is stored where 3");
    }

    [Fact]
    public void A_point_of_a_superseded_token_is_found()
    {
        Replace<SegmentReported>(r => r.Points[0].Step == 25, _ => Story.Reported(25, token: 6));
        Finds(new FencingRule(), "token 6");
    }

    [Fact]
    public void A_checkpoint_of_a_superseded_token_is_found()
    {
        Replace<SegmentReported>(r => r.Points[0].Step == 50, r => r with
        {
            Checkpoint = r.Checkpoint! with { Uri = "/nowhere/000000050-6.simulated" },
        });
        Finds(new FencingRule(), "000000050-6");
    }

    [Fact]
    public void A_point_after_its_segment_has_ended_is_found()
    {
        var reported = story.Events.First(e => e.Change is SegmentReported);
        story.Events.Insert(5, reported);
        Finds(new FencingRule(), "in force was 0");
    }

    [Fact]
    public void Two_jobs_of_one_submission_are_found()
    {
        story.Says("submitter", Whats.Submit, e => e with { Key = "chaos-0" }, e => e with { Job = new JobId("job-2") });
        Finds(new SubmissionRule(), "job-1 and job-2");
    }

    [Fact]
    public void Two_stored_jobs_of_one_submission_are_found()
    {
        story.Others.Add(new StoredJob(new JobId("job-2"), JobPhase.Completed, 1, [story.Events[0]]));
        Finds(new SubmissionRule(), "stored as job-1 and job-2");
    }

    [Fact]
    public void Seconds_that_no_report_has_told_are_found()
    {
        Replace<SegmentEnded>(_ => true, e => e with { Progress = e.Progress with { DeviceSeconds = .75 } });
        Finds(new SecondsRule(), "0.75 s are charged");
    }

    [Fact]
    public void Seconds_of_a_zombie_that_are_charged_are_found()
    {
        story.Spoil(e => e is { What: Whats.Report, Step: 50 }, e => e with { Token = 6, IsZombie = true });
        Finds(new SecondsRule(), "token 7");
    }

    [Fact]
    public void Seconds_of_a_device_that_does_not_give_up_while_its_lease_is_in_force_are_its_own()
    {
        story.Spoil(e => e is { What: Whats.Report, Step: 50 }, e => e with { IsZombie = true });
        Assert.Empty(new SecondsRule().Check(story.Evidence).Violations);
    }

    [Fact]
    public void An_event_that_stands_on_another_state_is_found()
    {
        story.Events.Insert(2, story.Events[1] with { Number = 3 });
        Renumber();
        Finds(new FoldRule(), "already runs");
    }

    [Fact]
    public void A_point_that_counts_twice_is_found()
    {
        story.Events.Insert(3, story.Events[2]);
        Renumber();
        Finds(new FoldRule(), "step 25");
    }

    [Fact]
    public void An_event_after_the_end_is_found()
    {
        story.Happens(new JobRequested(JobRequest.Pause()));
        Finds(new FoldRule(), "after the end");
    }

    private void Finds(Rule rule, string what) =>
        Assert.Contains(rule.Check(story.Evidence).Violations, v => v.Message.Contains(what, StringComparison.Ordinal));

    private void Replace<T>(Func<T, bool> which, Func<T, JobChange> how) where T : JobChange
    {
        for (var i = 0; i < story.Events.Count; i++)
            if (story.Events[i].Change is T change && which(change)) story.Events[i] = story.Events[i] with { Change = how(change) };
    }

    private void Renumber()
    {
        for (var i = 0; i < story.Events.Count; i++) story.Events[i] = story.Events[i] with { Number = i + 1 };
    }

    private static StoredJob Other(JobChange change) =>
        new(new JobId("other-1"), JobPhase.Completed, 1, [new JobEvent(1, DateTimeOffset.UnixEpoch, 0, change)]);
}
