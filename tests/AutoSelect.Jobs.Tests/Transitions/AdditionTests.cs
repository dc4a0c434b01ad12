using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Transitions;

/// <summary>Candidates that join a job.</summary>
public sealed class AdditionTests
{
    private static readonly TrialId First = TrialId.At(0);
    private static readonly JobRecord Record = SubmittedJobs.Record(SimulatedJobs.FastestTo(.9, "a", "b"));

    [Fact]
    public void One_that_joins_is_one_more_trial_with_its_step_time()
    {
        var forecast = new StepTimeForecast(.5, .1, 1);
        var addition = Addition("c") with { StepTimes = ImmutableSortedDictionary<string, StepTimeForecast>.Empty.Add("c", forecast) };
        var after = Asked(Record, JobRequest.Add(addition, "why not"));
        Assert.Equal(["a", "b", "c"], after.Trials.Select(t => t.Candidate.Name));
        Assert.Equal(["a", "b", "c"], after.Spec.Candidates.Select(c => c.Name));
        Assert.Equal((TrialId.At(2), TrialState.Waiting, 1000), (after.Trials[2].Id, after.Trials[2].State, after.Trials[2].HorizonSteps));
        Assert.Equal(forecast, after.Spec.StepTimes["c"]);
        Assert.True(after.News.HasFlag(JobNews.Demands));
    }

    [Fact]
    public void What_is_foreseen_of_those_that_are_there_stays_as_it_was()
    {
        var known = Record with { Spec = Record.Spec with { Ranks = Ranks("links of before", "a") } };
        var after = Asked(known, JobRequest.Add(Addition("c") with { Ranks = Ranks("links of now", "c") }));
        Assert.Equal(("links of before", "a, c"), (after.Spec.Ranks!.Links, string.Join(", ", after.Spec.Ranks.Candidates.Keys)));
        var first = Asked(Record, JobRequest.Add(Addition("c") with { Ranks = Ranks("links of now", "c") }));
        Assert.Equal("links of now", first.Spec.Ranks!.Links);
    }

    [Fact]
    public void A_committed_job_takes_nobody_in()
    {
        var rung = RungRecords.Asked(Record, Record[First], 1, "test");
        var committed = Record.After(1, new JobDecided(rung, RungRecords.CommitTo(Record, rung, First, null)));
        Refuses<InvalidOperationException>(committed, Addition("c"), "is committed to a: candidates can join before that alone");
        Refuses<InvalidOperationException>(Record.After(1, new ExportBegun(First, "done")), Addition("c"), "has its answer already");
    }

    [Fact]
    public void Names_are_given_once_and_nobody_is_no_addition()
    {
        Refuses<InvalidOperationException>(Record, Addition("b"), "has a candidate b already");
        Refuses<InvalidOperationException>(Record, Addition("c", "c"), "has a candidate c already");
        Refuses<ArgumentException>(Record, new CandidateAddition { Candidates = [] }, "0 candidates");
    }

    [Fact]
    public void One_that_continues_another_joins_as_long_as_that_one_leaves_a_checkpoint_for_it()
    {
        var child = new CandidateAddition { Candidates = [Continuing("a", .4)] };
        var waiting = Asked(Record, JobRequest.Add(child));
        Assert.Equal("waits until a has done step 400", waiting.Trials[2].Reason);
        Assert.Equal(400, Assert.Single(Branches.ToLeave(waiting, waiting[First])).Step);

        var lease = new Lease { Device = new DeviceId("d0"), Job = Record.Id, Token = 1 };
        JobRecord Training(long until) =>
            Record.After(1, Dispatching.Started(Record, new Gang(Record[First], until, [lease]), [], 1, isExport: false));
        Asked(Training(until: 300), JobRequest.Add(child));
        Refuses<InvalidOperationException>(Training(until: 500), child, "trains past it without a halt: pause the job");
        var past = Record.With(Record[First] with { Checkpoint = new Checkpoint { Uri = "a", Step = 500, Bytes = 9 } });
        Refuses<InvalidOperationException>(past, child, "has left no checkpoint there");
        Refuses<ArgumentException>(Record, new CandidateAddition { Candidates = [Continuing("nobody", .4)] }, "'nobody'");
    }

    private static CandidateAddition Addition(params string[] names) =>
        new() { Candidates = [.. names.Select(n => SimulatedJobs.Candidate(n))] };

    private static Candidate Continuing(string name, double at) => SimulatedJobs.Candidate("child") with
    {
        Continues = new Continuation { Candidate = name, At = at, Kind = ContinuationKind.Exact, RewarmSteps = 0 },
    };

    private static RankForecast Ranks(string links, string candidate) => new()
    {
        Links = links,
        Layers = [],
        Candidates = ImmutableSortedDictionary<string, SharedCandidate>.Empty.Add(
            candidate, new SharedCandidate { ComputeRatios = ImmutableSortedDictionary<int, double>.Empty }),
    };

    private static JobRecord Asked(JobRecord record, JobRequest request) => record.After(2, Requests.Changes(record, request, 2));

    private static void Refuses<T>(JobRecord record, CandidateAddition addition, string message) where T : Exception => Assert.Contains(
        message, Assert.Throws<T>(() => Requests.Changes(record, JobRequest.Add(addition), 2)).Message, StringComparison.Ordinal);
}
