using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Machine;

public sealed class CampaignMachineTests
{
    private static readonly JobId Job1 = new("widths-0001");

    [Fact]
    public void A_point_is_stored_before_its_job_is_submitted_and_submitted_before_the_next_is_chosen()
    {
        var record = Begun(Spec);
        var proposed = Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(record, Facts(2))).Single());
        record = record.With(proposed);
        Assert.Equal(0, Assert.IsType<CampaignMove.Submit>(CampaignMachine.Next(record, Facts(2))).Point.Index);
        record = record.With(new PointSubmitted(0, Job1));
        var next = Changes(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Probing)))).Single();
        Assert.Equal(1, Assert.IsType<PointProposed>(next).Point);
    }

    [Fact]
    public void The_same_record_gets_the_same_point() => Assert.Equal(
        Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(Begun(Spec), Facts(1))).Single()).Values.Single(),
        Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(Begun(Spec), Facts(1))).Single()).Values.Single());

    [Fact]
    public void No_more_jobs_run_than_the_devices_and_the_campaign_allow()
    {
        var record = Running(1);
        Assert.IsType<CampaignMove.Wait>(CampaignMachine.Next(record, Facts(1, (0, JobPhase.Probing))));
        Assert.IsType<CampaignMove.Store>(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Probing))));
        record = record with { Spec = record.Spec with { Parallel = 1 } };
        Assert.IsType<CampaignMove.Wait>(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Probing))));
    }

    [Fact]
    public void A_job_that_has_ended_is_stored_and_the_campaign_ends_with_the_last()
    {
        var record = Running(3);
        var facts = Facts(3) with
        {
            Jobs = Enumerable.Range(0, 3).ToDictionary(i => i, i => new JobSighting(JobPhase.Completed) { Result = Result(10 + i) }),
        };
        var changes = Changes(CampaignMachine.Next(record, facts));
        Assert.Equal(3, changes.Length);
        record = record.With([.. changes]);
        var ended = Assert.IsType<CampaignEnded>(Changes(CampaignMachine.Next(record, Facts(3))).Single());
        Assert.Equal(CampaignPhase.Completed, ended.Phase);
        Assert.Equal(0, record.Best!.Index);
        Assert.IsType<CampaignMove.Rest>(CampaignMachine.Next(record.With(ended), Facts(3)));
    }

    [Fact]
    public void Extending_a_completed_campaign_sends_it_on()
    {
        var record = Running(3).With(
            [.. Enumerable.Range(0, 3).Select(i => new PointEnded(i, Result(10))), new CampaignEnded(CampaignPhase.Completed, "")]);
        record = record.With(new CampaignExtended(4, null));
        Assert.Equal(3, Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(record, Facts(1))).Single()).Point);
    }

    [Fact]
    public void No_point_is_begun_once_the_device_time_is_used()
    {
        var record = Running(1) with { Spec = Spec with { DeviceSeconds = 30 } };
        var running = Facts(2, (0, JobPhase.Probing));
        Assert.IsType<CampaignMove.Store>(CampaignMachine.Next(record, running));
        var used = running with { Jobs = running.Jobs.ToDictionary(j => j.Key, j => j.Value with { DeviceSeconds = 31 }) };
        Assert.IsType<CampaignMove.Wait>(CampaignMachine.Next(record, used));
        record = record.With(new PointEnded(0, Result(10, deviceSeconds: 31)));
        Assert.Contains("device seconds", Assert.IsType<CampaignEnded>(Changes(CampaignMachine.Next(record, Facts(2))).Single()).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_pauses_every_job_also_one_whose_submission_is_not_known_yet()
    {
        var record = Running(1).With(Proposed(1, "2"), new CampaignRequested(CampaignRequest.Pause));
        Assert.Equal(1, Assert.IsType<CampaignMove.Submit>(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Probing)))).Point.Index);
        record = record.With(new PointSubmitted(1, new JobId("widths-0002")));
        var ask = Assert.IsType<CampaignMove.Ask>(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Probing), (1, JobPhase.Paused))));
        Assert.Equal((0, JobRequestKind.Pause), (ask.Point.Index, ask.Kind));
        var paused = Assert.IsType<CampaignPaused>(
            Changes(CampaignMachine.Next(record, Facts(2, (0, JobPhase.Paused), (1, JobPhase.Paused)))).Single());
        Assert.IsType<CampaignMove.Rest>(CampaignMachine.Next(record.With(paused), Facts(2)));
    }

    [Fact]
    public void After_a_pause_or_a_crash_every_job_is_told_once_to_go_on()
    {
        var record = Running(2).With(new CampaignPaused(), new CampaignRequested(CampaignRequest.Resume));
        var facts = Facts(2, (0, JobPhase.Paused), (1, JobPhase.Probing)) with { Adopted = ImmutableHashSet<int>.Empty };
        var first = Assert.IsType<CampaignMove.Ask>(CampaignMachine.Next(record, facts));
        Assert.Equal((0, JobRequestKind.Resume), (first.Point.Index, first.Kind));
        facts = facts with { Adopted = new HashSet<int> { 0 } };
        Assert.Equal(1, Assert.IsType<CampaignMove.Ask>(CampaignMachine.Next(record, facts)).Point.Index);
        Assert.IsType<CampaignMove.Wait>(CampaignMachine.Next(record, facts with { Adopted = new HashSet<int> { 0, 1 } }));
    }

    [Fact]
    public void A_cancelled_campaign_ends_its_jobs_first()
    {
        var record = Running(1).With(new CampaignRequested(CampaignRequest.Cancel));
        var facts = Facts(2, (0, JobPhase.Probing));
        Assert.Equal(JobRequestKind.Cancel, Assert.IsType<CampaignMove.Ask>(CampaignMachine.Next(record, facts)).Kind);
        Assert.IsType<CampaignMove.Wait>(
            CampaignMachine.Next(record, facts with { Asked = new HashSet<(int, JobRequestKind)> { (0, JobRequestKind.Cancel) } }));
        record = record.With(new PointEnded(0, Result(null) with { Phase = JobPhase.Cancelled }));
        Assert.Equal(CampaignPhase.Cancelled, Assert.IsType<CampaignEnded>(Changes(CampaignMachine.Next(record, Facts(2))).Single()).Phase);
    }

    [Fact]
    public void A_campaign_whose_first_jobs_all_fail_fails()
    {
        var spec = Spec with { Jobs = 100 };
        var failed = Result(null) with { Phase = JobPhase.Failed };
        var record = Running(5, spec).With([.. Enumerable.Range(0, 4).Select(i => new PointEnded(i, failed))]);
        Assert.IsType<CampaignMove.Store>(CampaignMachine.Next(record, Facts(9, (4, JobPhase.Probing))));
        Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(record.With(new PointEnded(4, Result(3))), Facts(9))).Single());
        record = record.With(new PointEnded(4, failed));
        Assert.Equal(CampaignPhase.Failed, Assert.IsType<CampaignEnded>(Changes(CampaignMachine.Next(record, Facts(9))).Single()).Phase);
    }

    [Fact]
    public void A_campaign_whose_jobs_fail_in_a_row_pauses_and_can_go_on()
    {
        var failed = Result(null) with { Phase = JobPhase.Failed };
        var record = Running(6, Spec with { Jobs = 100 }).With(
            [new PointEnded(0, Result(3)), .. Enumerable.Range(1, 5).Select(i => new PointEnded(i, failed))]);
        var request = Assert.IsType<CampaignRequested>(Changes(CampaignMachine.Next(record, Facts(9))).Single());
        Assert.Equal((CampaignRequest.Pause, "the last 5 jobs failed"), (request.Request, request.Reason));
        record = record.With(request);
        record = record.With(Assert.IsType<CampaignPaused>(Changes(CampaignMachine.Next(record, Facts(9))).Single()));
        record = record.With(new CampaignRequested(CampaignRequest.Resume));
        Assert.IsType<PointProposed>(Changes(CampaignMachine.Next(record, Facts(9))).Single());
    }

    [Fact]
    public void What_is_asked_of_a_campaign_that_has_ended_or_is_being_cancelled_is_illegal()
    {
        var cancelling = Running(1).With(new CampaignRequested(CampaignRequest.Cancel));
        Assert.Throws<InvalidOperationException>(() => cancelling.With(new CampaignRequested(CampaignRequest.Resume)));
        var ended = cancelling.With(new PointEnded(0, Result(3)), new CampaignEnded(CampaignPhase.Cancelled, ""));
        Assert.Throws<InvalidOperationException>(() => ended.With(new CampaignRequested(CampaignRequest.Pause)));
        Assert.Throws<InvalidOperationException>(() => ended.With(new PointSubmitted(0, Job1)));
    }

    [Fact]
    public void Nothing_is_submitted_while_the_place_takes_nothing() => Assert.IsType<CampaignMove.Wait>(
        CampaignMachine.Next(Begun(Spec).With(Proposed(0, "1")), Facts(1) with { MaySubmit = false }));

    private static CampaignRecord Running(int points, CampaignSpec? spec = null) => Begun(spec ?? Spec).With([.. Enumerable.Range(0, points)
        .SelectMany(i => (CampaignChange[])[Proposed(i, $"{i + 1}"), new PointSubmitted(i, new JobId($"widths-{i + 1:0000}"))])]);

    private static CampaignFacts Facts(int capacity, params (int Point, JobPhase Phase)[] jobs) => new()
    {
        Capacity = capacity,
        Jobs = jobs.ToDictionary(j => j.Point, j => new JobSighting(j.Phase)),
        Adopted = Enumerable.Range(0, 100).ToHashSet(),
    };

    private static ImmutableArray<CampaignChange> Changes(CampaignMove move) => Assert.IsType<CampaignMove.Store>(move).Changes;
}
