using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>What a job does while it waits to be admitted.</summary>
public sealed class AdmissionTests
{
    private const string Reason = "project vision has 4 of 4 jobs running";

    private static readonly LeaseSet Unseen = LeaseSet.Empty with { IsAdmitted = false };
    private static readonly LeaseSet Held = Unseen with { Waits = Reason };

    [Fact]
    public void It_is_told_once_and_does_nothing()
    {
        var record = Record();
        var held = Assert.IsType<Move.Hold>(JobMachine.Next(record, Facts(record, Held)));
        record = record.After(1, [.. held.Changes]);
        Assert.Equal((JobPhase.Waiting, $"waits: {Reason}", true), (record.Phase, record.Notice, record.IsRunning));
        Assert.IsType<Move.Wait>(JobMachine.Next(record, Facts(record, Held)));
        var other = Held with { Waits = "user ann has 1 of 1 job running" };
        Assert.Contains("ann", Assert.IsType<Move.Hold>(JobMachine.Next(record, Facts(record, other))).Reason, StringComparison.Ordinal);
        // Nobody has looked at its demand since: it waits on.
        Assert.IsType<Move.Wait>(JobMachine.Next(record, Facts(record, Unseen)));
    }

    [Fact]
    public void Before_anybody_has_looked_it_is_like_any_job()
    {
        var record = Record();
        Assert.IsType<Move.Decide>(JobMachine.Next(record, Facts(record, Unseen)));
        Assert.IsType<Move.Decide>(JobMachine.Next(record, Facts(record, LeaseSet.Empty)));
    }

    [Fact]
    public void Once_admitted_it_goes_on()
    {
        var record = Record().After(1, new JobHeld(Reason));
        var admitted = Assert.IsType<Move.Admit>(JobMachine.Next(record, Facts(record, LeaseSet.Empty)));
        record = record.After(2, [.. admitted.Changes]);
        Assert.Equal((JobPhase.Probing, ""), (record.Phase, record.Notice));
        Assert.IsType<Move.Decide>(JobMachine.Next(record, Facts(record, LeaseSet.Empty)));
    }

    [Fact]
    public void Its_deadline_counts_while_it_waits()
    {
        var record = Record(deadline: 100).After(1, new JobHeld($"waits: {Reason}"));
        Assert.Equal(100, Assert.IsType<Move.Wait>(JobMachine.Next(record, Facts(record, Held))).Until);
        var end = Assert.IsType<Move.End>(JobMachine.Next(record, Facts(record, Held) with { Now = 100 }));
        Assert.Equal(JobPhase.Failed, end.Phase);
        Assert.Equal($"the deadline of 100 s has come before the job could start (waits: {Reason})", end.Outcome.Summary);
    }

    [Fact]
    public void It_can_be_paused_and_cancelled()
    {
        var record = Record().After(1, new JobHeld(Reason));
        var pausing = record.After(2, [.. Requests.Changes(record, JobRequest.Pause(), 2)]);
        Assert.IsType<Move.Pause>(JobMachine.Next(pausing, Facts(pausing, Held)));
        Assert.Equal(0, Lanes.Wanted(pausing).Most);
        var resumed = pausing.After(3, new JobPaused(), new JobRequested(JobRequest.Resume()));
        Assert.Equal(JobPhase.Probing, resumed.Phase);
        Assert.Equal(JobPhase.Cancelled, record.After(2, [.. Requests.Changes(record, JobRequest.Cancel(), 2)]).Phase);
    }

    [Fact]
    public void It_asks_for_what_it_will_need_in_the_name_of_its_project_and_user()
    {
        var record = Record();
        Assert.Equal(Lanes.Wanted(record), Lanes.Wanted(record.After(1, new JobHeld(Reason))));
        var demand = Lanes.Wanted(record);
        Assert.Equal(("vision", "ann", 8), (demand.Project, demand.Owner, demand.Priority));
    }

    private static JobRecord Record(double? deadline = null)
    {
        var spec = SimulatedJobs.FastestTo(.9, "a", "b");
        return SubmittedJobs.Record(spec with
        {
            Project = "vision",
            Owner = "ann",
            Priority = JobPriority.High,
            Objective = spec.Objective with { DeadlineSeconds = deadline },
        });
    }

    private static JobFacts Facts(JobRecord record, LeaseSet leases) =>
        new() { Now = 10, Policy = PolicyCatalogue.Get(record.Spec.Policy), Leases = leases };
}
