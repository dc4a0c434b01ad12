using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;
using CsCheck;

namespace AutoSelect.Jobs.Tests.Machine;

public sealed class JobMachineTests
{
    /// <summary>Whatever has happened, the machine comes to rest; and a job ends once nothing goes wrong any more.</summary>
    [Fact]
    public void Every_job_comes_to_rest_and_ends() => Gen.Int[0, int.MaxValue - 1].Sample(seed =>
    {
        var job = new RandomJob(seed);
        job.Run(faults: 60, most: 3000);
        var trials = job.Record.Trials.Select(t => $"{t.Candidate.Name} {t.State} {t.Checkpoint?.Step}");
        Assert.True(job.Record.HasEnded, $"it did not end; {job.Record.Phase}: {string.Join(", ", trials)}");
    }, iter: 400, threads: 1);

    /// <summary>The record of every version is the fold of the events up to it, read back from JSON.</summary>
    [Fact]
    public void Every_job_is_the_fold_of_its_events() => Gen.Int[0, int.MaxValue - 1].Sample(seed =>
    {
        var job = new RandomJob(seed);
        job.Run(faults: 30, most: 3000);
        JobRecord? record = null;
        foreach (var e in job.Events)
        {
            var json = JsonSerializer.Serialize(e, RecordJson.Options);
            var read = JsonSerializer.Deserialize<JobEvent>(json, RecordJson.Options)!;
            Assert.Equal(json, JsonSerializer.Serialize(read, RecordJson.Options));
            record = JobFold.Apply(record, read);
        }
        Assert.Equal(JsonSerializer.Serialize(job.Record, RecordJson.Options), JsonSerializer.Serialize(record, RecordJson.Options));
    }, iter: 60, threads: 1);

    /// <summary>Whatever objective was in force and whoever had joined by then, and whatever came later.</summary>
    [Fact]
    public void Every_decision_can_be_computed_again_from_the_events_before_it() => Gen.Int[0, int.MaxValue - 1].Sample(seed =>
    {
        var job = new RandomJob(seed);
        if (!job.IsOfCatalogue) return;
        job.Run(faults: 60, most: 300);
        foreach (var decision in DecisionVerification.Verify(job.Events, _ => SelectionHistory.Empty, PolicyCatalogue.Get))
            Assert.True(decision.IsEqual, $"event {decision.Event}: {decision.Difference}");
    }, iter: 60, threads: 1);

    /// <summary>
    /// At the deadline of a race the answer may be a trial that has come to its end, but is not committed to.
    /// </summary>
    [Fact]
    public void At_the_deadline_a_completed_trial_that_is_not_committed_to_ends_the_job()
    {
        var spec = SimulatedJobs.BestAtHorizon("parent", "other");
        spec = spec with
        {
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 100 },
            Candidates = spec.Candidates.Add(SimulatedJobs.Candidate("child") with
            {
                Continues = new Continuation { Candidate = "parent", At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 10 },
            }),
        };
        var record = SubmittedJobs.Record(spec, "/jobs");
        Trial Measured(Trial trial, long step, double value, TrialState state) => trial with
        {
            State = state,
            Checkpoint = new Checkpoint { Uri = trial.Candidate.Name, Step = step, Bytes = 9 },
            Curve = [RandomJob.Point(step, value)],
        };
        record = record.With(Measured(record.Trials[0], 500, .5, TrialState.Running))
            .With(Measured(record.Trials[1], 1000, .9, TrialState.Completed))
            .With(Measured(record.Trials[2], 400, .5, TrialState.Paused));
        var facts = new JobFacts { Now = 101, Policy = PolicyCatalogue.Get("insured"), Leases = LeaseSet.Empty };
        var moves = 0;
        while (JobMachine.Next(record, facts) is Move.Change change && ++moves < 10) record = record.After(101, change.Changes);

        Assert.InRange(moves, 1, 3);
        Assert.Equal(TrialId.At(1), record.Exporting);
        Assert.IsType<Move.Wait>(JobMachine.Next(record, facts));
    }

    /// <summary>Devices are granted one after another: a trial that has too few so far is no trial that cannot go on.</summary>
    [Fact]
    public void A_trial_that_waits_for_the_second_of_its_devices_does_not_end_the_job()
    {
        var spec = SimulatedJobs.BestAtHorizon("wide");
        spec = spec with
        {
            Candidates = [spec.Candidates[0] with { Ranks = 2, Communication = "fp32" }],
            Probe = spec.Probe with { Devices = 2 },
            Policy = "insured",
        };
        var record = SubmittedJobs.Record(spec, "/jobs");
        var facts = new JobFacts { Now = 0, Policy = PolicyCatalogue.Get("insured"), Leases = LeaseSet.Empty, LeasesSince = 0 };
        JobRecord Decided(JobFacts facts) => record.After(
            0, Judgement.Decide(record, Judgement.BasisFor(record, facts), facts.Policy, SelectionHistory.Empty));
        record = Decided(facts);

        facts = facts with { Leases = Held(record, 1) };
        Assert.IsType<Move.Decide>(JobMachine.Next(record, facts));
        record = Decided(facts);
        Assert.IsType<Move.Wait>(JobMachine.Next(record, facts));
        var dispatch = Assert.IsType<Move.Dispatch>(JobMachine.Next(record, facts with { Leases = Held(record, 2) }));
        Assert.Equal(2, Assert.Single(dispatch.Gangs).Leases.Length);
    }

    /// <summary>Many jobs may wait for a device for long: each would decide every few seconds for nothing.</summary>
    [Fact]
    public void A_job_without_a_device_does_not_decide_again_when_its_time_comes()
    {
        var record = SubmittedJobs.Record(SimulatedJobs.BestAtHorizon("a", "b") with { Policy = "insured" }, "/jobs");
        var facts = new JobFacts { Now = 0, Policy = PolicyCatalogue.Get("insured"), Leases = LeaseSet.Empty };
        var decided = Judgement.Decide(record, Judgement.BasisFor(record, facts), facts.Policy, SelectionHistory.Empty);
        record = record.After(0, decided with { Rung = decided.Rung with { DecideAgainAt = 2 } });
        facts = facts with { Now = 10 };
        Assert.Equal(new Move.Wait(), JobMachine.Next(record, facts));
        Assert.IsNotType<Move.Wait>(JobMachine.Next(record, facts with { Leases = Held(record, 1) }));
    }

    private static LeaseSet Held(JobRecord record, int devices) => new(1, [.. Enumerable.Range(0, devices).Select(i => new HeldLease(
        new Lease { Device = new DeviceId($"d{i}"), Job = record.Id, Token = i + 1 },
        new DeviceDescription
        {
            Id = new DeviceId($"d{i}"),
            Kind = DeviceKind.Cpu,
            Index = i,
            Model = "simulated",
            Host = "simulated",
        }))], []);
}
