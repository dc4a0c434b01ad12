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

    /// <summary>A baseline of two ranks gets one device, fewer than its job reckoned with when it was sent.</summary>
    [Fact]
    public void A_job_whose_devices_change_before_its_first_segment_decides_again_and_does_not_end()
    {
        var spec = SimulatedJobs.BestAtHorizon("wide");
        spec = spec with { Candidates = [spec.Candidates[0] with { Ranks = 2, Communication = "fp32" }] };
        var record = SubmittedJobs.Record(spec, "/jobs");
        var facts = new JobFacts { Now = 1, Policy = PolicyCatalogue.Get("insured"), Leases = LeaseSet.Empty };
        record = record.After(1, Decided(record, facts));
        var device = new DeviceDescription
        {
            Id = new DeviceId("d0"), Kind = DeviceKind.Cpu, Index = 0, Model = "simulated", Host = "simulated",
        };
        var lease = new Lease { Device = device.Id, Job = record.Id, Token = 1 };
        facts = facts with { Now = 2, LeasesSince = 2, Leases = new LeaseSet(1, [new HeldLease(lease, device)], []) };

        Assert.IsType<Move.Decide>(JobMachine.Next(record, facts));
        record = record.After(2, Decided(record, facts));
        Assert.Equal(2 + facts.JoinSeconds, Assert.IsType<Move.Wait>(JobMachine.Next(record, facts)).Until);
        var begun = Assert.IsType<Move.Dispatch>(JobMachine.Next(record, facts with { Now = 2 + facts.JoinSeconds }));
        Assert.Equal([lease], Assert.Single(begun.Gangs).Leases);
    }

    private static JobDecided Decided(JobRecord record, JobFacts facts) =>
        Judgement.Decide(record, Judgement.BasisFor(record, facts), facts.Policy, SelectionHistory.Empty);
}
