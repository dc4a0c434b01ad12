using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Tests.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Transitions;

public sealed class RequestTests
{
    [Fact]
    public void What_continues_another_cannot_be_chosen_before_it_has_begun()
    {
        var spec = SimulatedJobs.FastestTo(.9, "parent", "other");
        var child = SimulatedJobs.Candidate("child") with
        {
            Continues = new Continuation { Candidate = "parent", At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 10 },
        };
        var record = SubmittedJobs.Record(spec with { Candidates = spec.Candidates.Add(child) });
        var refused = Assert.Throws<InvalidOperationException>(() => Commit(record));
        Assert.Contains("continues parent, which has not come there yet", refused.Message, StringComparison.Ordinal);
        var begun = record.Trials[2] with { Checkpoint = new Checkpoint { Uri = "branch", Step = 400, Bytes = 1 } };
        Assert.Contains(Commit(record.With(begun)), c => c is JobDecided { Commit.Winner: var winner } && winner == begun.Id);

        static IEnumerable<JobChange> Commit(JobRecord record) =>
            Requests.Changes(record, JobRequest.CommitTo(record.Trials[2].Id), now: 1);
    }

    [Fact]
    public void Decisions_that_cannot_be_made_lose_no_answer_that_is_there()
    {
        var record = SubmittedJobs.Record(SimulatedJobs.FastestTo(.9, "a", "b"));
        record = record with { DecisionFault = new DecisionFailed(JobMachine.MostDecisionFaults, "a policy threw", RetryAt: 0) };
        var facts = new JobFacts { Now = 10, Policy = PolicyCatalogue.Get("insured"), Leases = LeaseSet.Empty };
        Assert.Equal(JobPhase.Failed, Assert.IsType<Move.End>(JobMachine.Next(record, facts)).Phase);
        var whole = record.Trials[0] with
        {
            State = TrialState.Completed,
            Checkpoint = new Checkpoint { Uri = "a", Step = 1000, Bytes = 1 },
            Curve = [RandomJob.Point(1000, .8)],
        };
        var commit = Assert.IsType<Move.Commit>(JobMachine.Next(record.With(whole), facts));
        Assert.Contains(commit.Changes, c => c is JobDecided { Commit.Winner: var winner } && winner == whole.Id);
    }
}
