using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>What a job makes of a device's word that it cannot go on from a checkpoint, and that a store takes nothing.</summary>
public sealed class UnusableCheckpointTests
{
    private const string Reason = "its SHA-256 is another";

    private JobRecord record = SubmittedJobs.Record(SimulatedJobs.BestAtHorizon("only"), "/jobs");
    private long token;

    private Trial Trial => record.Trials[0];

    [Fact]
    public void A_trial_goes_on_from_the_checkpoint_before()
    {
        Start();
        Report(20, new Checkpoint { Uri = "b", Step = 20, Bytes = 1, Before = new() { Uri = "a", Step = 10, Bytes = 1 } });
        End(SegmentEnd.Interrupted);
        Assert.Equal((20, 2), (Trial.SafeStep(), record.CheckpointBytes));

        Start();
        End(SegmentEnd.CheckpointUnusable);

        Assert.Equal((TrialState.Paused, "a", 10), (Trial.State, Trial.Checkpoint!.Uri, Trial.SafeStep()));
        Assert.Contains($"goes on from step 10: {Reason}", Trial.Reason, StringComparison.Ordinal);
        Assert.Equal(Reason, record.Notice);
        Assert.True(record.IsRunning && !record.Pausing);
    }

    [Fact]
    public void A_trial_without_one_begins_again()
    {
        Start();
        Report(20, new Checkpoint { Uri = "b", Step = 20, Bytes = 1 });
        End(SegmentEnd.Interrupted);
        Start();
        End(SegmentEnd.CheckpointUnusable);
        Assert.Equal((TrialState.Waiting, null), (Trial.State, Trial.Checkpoint));
    }

    [Fact]
    public void A_trial_that_has_lost_the_beginning_it_had_from_another_fails_with_the_reason()
    {
        var spec = SimulatedJobs.BestAtHorizon("child", "parent");
        record = SubmittedJobs.Record(spec with
        {
            Baseline = "parent",
            Candidates =
            [
                spec.Candidates[0] with
                {
                    Continues = new Continuation { Candidate = "parent", At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 10 },
                },
                spec.Candidates[1],
            ],
        }, "/jobs");
        Append(new TrialBranched(Trial.Id, TrialId.At(1), new Checkpoint { Uri = "branch", Step = 400, Bytes = 1 }, "begins"));
        Start();
        End(SegmentEnd.CheckpointUnusable);
        Assert.Equal(TrialState.Failed, Trial.State);
        Assert.Contains("its beginning in parent is not kept", Trial.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_third_time_the_job_pauses_for_somebody_to_look()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(record.Pausing);
            Start();
            End(SegmentEnd.CheckpointUnusable);
        }
        Assert.True(record.Pausing);
        Assert.Contains("could not go on 3 times", record.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_to_be_delivered_is_trained_again_from_the_checkpoint_before()
    {
        Start();
        Report(1000, new Checkpoint { Uri = "b", Step = 1000, Bytes = 1, Before = new() { Uri = "a", Step = 400, Bytes = 1 } });
        End(SegmentEnd.BudgetReached);
        Append([.. Endings.Finish(record, Trial, record.Version, "its schedule has ended")]);
        Assert.Equal((JobPhase.Exporting, TrialState.Completed), (record.Phase, Trial.State));
        Start(isExport: true);
        End(SegmentEnd.CheckpointUnusable);
        Assert.Equal((JobPhase.Committed, null, TrialState.Committed), (record.Phase, record.Exporting, Trial.State));
        Assert.Equal(400, Trial.SafeStep());
    }

    [Fact]
    public void What_was_to_be_delivered_and_is_kept_nowhere_else_is_tried_again()
    {
        Start();
        Report(1000, new Checkpoint { Uri = "b", Step = 1000, Bytes = 1 });
        End(SegmentEnd.BudgetReached);
        Append([.. Endings.Finish(record, Trial, record.Version, "its schedule has ended")]);
        Start(isExport: true);
        End(SegmentEnd.CheckpointUnusable);
        Assert.Equal((JobPhase.Exporting, Trial.Id, "b"), (record.Phase, record.Exporting!.Value, Trial.Checkpoint!.Uri));
    }

    [Fact]
    public void A_store_that_takes_nothing_is_said_while_that_lasts_and_told_once()
    {
        Start();
        Report(5, storeFault: "the bucket is full");
        Assert.Contains("trains on, but its checkpoints wait: the bucket is full", record.Notice, StringComparison.Ordinal);
        var version = record.Version;
        Report(0, storeFault: "the bucket is full");
        Assert.Equal(version, record.Version);
        Report(0, storeFault: "the bucket is away");
        Assert.Contains("the bucket is away", record.Notice, StringComparison.Ordinal);
        Report(0);
        Assert.Equal("", record.Notice);
    }

    [Fact]
    public void What_a_store_took_nothing_of_is_forgotten_with_the_segment()
    {
        Start();
        Report(5, storeFault: "the bucket is full");
        End(SegmentEnd.DeviceLost);
        Assert.Equal("", record.Notice);
        Assert.True(record.IsRunning && !record.Pausing);
    }

    private void Start(bool isExport = false)
    {
        var lease = new Lease { Device = new DeviceId("d"), Job = record.Id, Token = ++token };
        Append(Dispatching.Started(record, new Gang(Trial, 1000, [lease]), [], record.Version, isExport));
    }

    private void Report(long step, Checkpoint? checkpoint = null, string storeFault = "") => Tell(new SegmentReport
    {
        Job = record.Id,
        Trial = Trial.Id,
        LeaseToken = token,
        Step = step,
        Points = step > 0 ? [RandomJob.Point(step, .5)] : [],
        Checkpoint = checkpoint,
        StoreFault = storeFault,
    });

    private void End(SegmentEnd end) => Tell(new SegmentReport
    {
        Job = record.Id,
        Trial = Trial.Id,
        LeaseToken = token,
        Step = Trial.SafeStep(),
        Checkpoint = Trial.Checkpoint,
        End = end,
        Reason = Reason,
    });

    private void Tell(SegmentReport report) => Append([.. SegmentReports.Changes(record, report, record.Version)]);

    private void Append(params JobChange[] changes) => record = record.After(record.Version, changes);
}
