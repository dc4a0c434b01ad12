using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
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
}
