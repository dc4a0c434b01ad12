using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>What the machine makes of devices that are lost, hang, or never had what they were given.</summary>
public sealed class RepairTests
{
    private static readonly TrialId First = TrialId.At(0);
    private static readonly SimulatedTraining Training = new SimulatedTraining().Ends("a", .95);

    [Fact]
    public void A_target_whose_weights_were_lost_with_the_device_is_no_answer_until_it_is_reached_again()
    {
        var running = Running(SimulatedJobs.FastestTo(.5, "a", "b"), ranks: 1);
        var hit = running.After(
            2, new SegmentReported(First, [Training.Point(running.Trials[0].Candidate, 300)], null, null, new SegmentProgress(300)));
        Assert.Equal(First, Endings.AtTarget(hit)!.Id);

        var lost = Repaired(hit, now: 3, held: 0);

        Assert.Null(Endings.AtTarget(lost));
        Assert.Equal(First, Assert.IsType<Move.Dispatch>(JobMachine.Next(lost, Facts(lost, now: 4, held: 1))).Gangs[0].Trial.Id);
        var below = Running(lost, ranks: 1, token: 9);
        Assert.Null(Endings.AtTarget(below));
        Assert.Equal(SegmentOrder.Continue, JobMachine.OrderFor(below, Facts(below, now: 5, held: 1, token: 9), below.Trials[0], 9));
        var again = below
            .After(5, new SegmentReported(First, [], Checkpoint(300), null, new SegmentProgress(300)),
                new SegmentEnded(First, SegmentEnd.TargetReached, "", new SegmentProgress(300), TrialState.Paused, "", 0, []));
        Assert.Equal(First, Endings.AtTarget(again)!.Id);
        Assert.IsType<Move.Commit>(JobMachine.Next(again, Facts(again, now: 6, held: 1, token: 9)));
    }

    [Fact]
    public void What_cannot_go_on_from_a_checkpoint_trains_to_its_end_when_it_is_at_the_target()
    {
        var spec = SimulatedJobs.FastestTo(.5, "a", "b");
        var program = new ProgramReference { Command = ["train"], Metric = "accuracy", Direction = Direction.Maximize, CanResume = false };
        var (whole, resuming) = (Hit(spec with { Workload = spec.Workload with { Program = program } }), Hit(spec));
        Assert.Equal((SegmentOrder.Continue, SegmentOrder.Interrupt), (Order(whole, 0), Order(whole, 1)));
        Assert.Equal((SegmentOrder.Interrupt, SegmentOrder.Interrupt), (Order(resuming, 0), Order(resuming, 1)));

        static JobRecord Hit(JobSpec spec)
        {
            var running = Running(spec, ranks: 1);
            running = running.After(
                1, Dispatching.Started(running, new Gang(running.Trials[1], 1000, [Lease(1, 2)]), [], 1, isExport: false));
            return running.After(
                2, new SegmentReported(First, [Training.Point(running.Trials[0].Candidate, 300)], null, null, new SegmentProgress(300)));
        }

        static SegmentOrder Order(JobRecord record, int trial) =>
            JobMachine.OrderFor(record, Facts(record, now: 3, held: 2), record.Trials[trial], trial + 1);
    }

    [Fact]
    public void A_device_that_never_got_its_part_of_a_broken_segment_is_not_waited_for_without_end()
    {
        var running = Running(SimulatedJobs.BestAtHorizon("a", "b"), ranks: 2);
        // The first rank's lease is over; the second one's is in force, and nothing comes of it.
        var broken = Repaired(running, now: 3, held: 2, lost: 1);
        Assert.Equal([2], broken.Trials[0].Segments[^1].Awaited);

        Assert.Empty(Lanes.Idle(broken, Facts(broken, now: 4, held: 2, lost: 1)));
        var later = Repaired(broken, now: 3 + 61, held: 2, lost: 1);

        Assert.Equal(2, Assert.Single(Lanes.Idle(later, Facts(later, now: 65, held: 2, lost: 1))).Token);
    }

    [Fact]
    public void A_segment_that_hangs_when_it_is_told_to_end_holds_up_a_pause_for_a_bounded_time()
    {
        var pausing = Running(SimulatedJobs.BestAtHorizon("a", "b"), ranks: 1).After(10, new JobRequested(JobRequest.Pause()));
        Assert.IsType<Move.Wait>(JobMachine.Next(pausing, Facts(pausing, now: 600, held: 1)));

        var broken = Repaired(pausing, now: 611, held: 1);

        Assert.Contains("did not end within 600 s", broken.Trials[0].Reason);
        Assert.IsType<Move.Pause>(JobMachine.Next(broken, Facts(broken, now: 612, held: 1)));
    }

    [Fact]
    public void A_device_that_hangs_after_the_target_was_reached_holds_up_the_answer_for_a_bounded_time()
    {
        var running = Running(SimulatedJobs.FastestTo(.5, "a", "b"), ranks: 1);
        var hit = running.After(
            20, new SegmentReported(First, [Training.Point(running.Trials[0].Candidate, 300)], null, null, new SegmentProgress(300)));
        Assert.IsType<Move.Wait>(JobMachine.Next(hit, Facts(hit, now: 620, held: 1)));

        var broken = Repaired(hit, now: 621, held: 1);

        Assert.Contains("did not end within 600 s", broken.Trials[0].Reason);
        Assert.Null(Endings.AtTarget(broken));
        Assert.Equal(SegmentEnd.DeviceLost, broken.Trials[0].Segments[^1].End);
    }

    [Fact]
    public void A_device_that_hangs_when_its_trial_is_to_rest_is_given_up_after_a_bounded_time_however_often_that_is_decided()
    {
        var running = Running(SimulatedJobs.BestAtHorizon("a", "b"), ranks: 1);
        var resting = running.After(20, new JobDecided(Rung(running, DecisionKind.Pause, at: 20), null));
        resting = resting.After(400, new JobDecided(Rung(resting, DecisionKind.Pause, at: 400), null));
        Assert.Equal(TrialState.Paused, resting.Trials[0].State);
        Assert.IsNotType<Move.Repair>(JobMachine.Next(resting, Facts(resting, now: 620, held: 1)));

        Assert.Contains("did not end within 600 s", Repaired(resting, now: 621, held: 1).Trials[0].Reason);
    }

    [Fact]
    public void Points_that_were_lost_with_their_steps_are_no_evidence_until_the_steps_are_done_again()
    {
        var candidate = Running(SimulatedJobs.BestAtHorizon("a"), ranks: 1).Trials[0].Candidate;
        ImmutableArray<CurvePoint> points = [Training.Point(candidate, 25), Training.Point(candidate, 50), Training.Point(candidate, 75)];
        var running = Running(SimulatedJobs.BestAtHorizon("a"), ranks: 1)
            .After(2, new SegmentReported(First, points, Checkpoint(25), null, new SegmentProgress(75)));
        Assert.Equal([25, 50, 75], Shown(running));

        var again = Running(Repaired(running, now: 3, held: 0), ranks: 1, token: 9);

        Assert.Equal([25], Shown(again));
        Assert.Equal([25, 50], Shown(again.After(5, new SegmentReported(First, [], Checkpoint(60), null, new SegmentProgress(60)))));
    }

    [Fact]
    public void Points_that_were_lost_with_their_steps_make_nobody_the_answer()
    {
        var spec = SimulatedJobs.BestAtHorizon("a", "b");
        var candidate = Running(spec, ranks: 1).Trials[0].Candidate;
        var running = Running(spec, ranks: 1).After(
            2, new SegmentReported(First, [Training.Point(candidate, 100)], Checkpoint(100), null, new SegmentProgress(100)),
            new SegmentReported(First, [Training.Point(candidate, 900)], null, null, new SegmentProgress(900)));
        var other = running.Trials[1] with
        {
            State = TrialState.Paused,
            Checkpoint = Checkpoint(300),
            Curve = [Training.Point(running.Trials[1].Candidate, 300)],
        };
        running = running.With(other);
        Assert.Equal(First, Endings.BestNow(running)!.Id);

        Assert.Equal(other.Id, Endings.BestNow(Repaired(running, now: 3, held: 0))!.Id);
    }

    [Fact]
    public void A_point_is_evidence_also_where_the_device_has_told_its_step_before()
    {
        var running = Running(SimulatedJobs.BestAtHorizon("a"), ranks: 1);
        var report = new SegmentReport
        {
            Job = running.Id,
            Trial = First,
            LeaseToken = 1,
            Step = 30,
            Points = [Training.Point(running.Trials[0].Candidate, 25), Training.Point(running.Trials[0].Candidate, 50)],
        };
        Assert.Equal([25, 50], Shown(running.After(2, SegmentReports.Changes(running, report, now: 2))));
    }

    private static IEnumerable<long> Shown(JobRecord record)
    {
        var basis = new DecisionBasis { Event = record.Version, Clock = 5, Devices = 1, Policy = "insured", PolicyVersion = 2 };
        return Evidence.Shown(record, basis, SelectionHistory.Empty, new MeasuredPace(record)).Trials[0].Curve.Select(p => p.Step);
    }

    private static JobRecord Running(JobSpec spec, int ranks)
    {
        var submitted = SubmittedJobs.Record(spec);
        return Running(submitted.After(0, new JobDecided(Rung(submitted, DecisionKind.Continue, at: 0), null)), ranks);
    }

    /// <summary>A decision on the first trial alone.</summary>
    private static RungRecord Rung(JobRecord record, DecisionKind kind, double at) => new()
    {
        Rung = record.Rungs.Length,
        DecidedAt = at,
        Forecasts = [],
        Decisions = [new Decision { Trial = First, Kind = kind, Reason = "test" }],
        Unit = "s",
        SpentDeviceSeconds = 0,
        Summary = "test",
        NextStep = kind == DecisionKind.Continue ? ImmutableSortedDictionary<string, long>.Empty.Add(First.Value, 1000)
            : ImmutableSortedDictionary<string, long>.Empty,
    };

    private static JobRecord Running(JobRecord record, int ranks, long token = 1)
    {
        ImmutableArray<Lease> leases = [.. Enumerable.Range(0, ranks).Select(i => Lease(i, token + i))];
        return record.After(
            record.ElapsedSeconds + 1, Dispatching.Started(record, new Gang(record.Trials[0], 1000, leases), [], 1, isExport: false));
    }

    private static JobRecord Repaired(JobRecord record, double now, int held, int lost = 0) =>
        record.After(now, Assert.IsType<Move.Repair>(JobMachine.Next(record, Facts(record, now, held, lost))).Changes);

    /// <summary>The job holds leases from a token on, but for the first ones.</summary>
    private static JobFacts Facts(JobRecord record, double now, int held, int lost = 0, long token = 1) => new()
    {
        Now = now,
        Policy = PolicyCatalogue.Get(record.Spec.Policy),
        Leases = new LeaseSet(1, [.. Enumerable.Range(lost, held - lost).Select(i => new HeldLease(Lease(i, token + i), Device(i)))], []),
    };

    private static Checkpoint Checkpoint(long step) => new() { Uri = "test", Step = step, Bytes = 1 };

    private static Lease Lease(int device, long token) => new() { Device = Device(device).Id, Job = new JobId("job"), Token = token };

    private static DeviceDescription Device(int i) =>
        new() { Id = new DeviceId($"d{i}"), Kind = DeviceKind.Cpu, Index = i, Model = "simulated", Host = "simulated" };
}
