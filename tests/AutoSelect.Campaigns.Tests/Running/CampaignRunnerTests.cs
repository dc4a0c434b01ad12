using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Running;

public sealed class CampaignRunnerTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly string root = Directory.CreateTempSubdirectory("campaigns").FullName;
    private PlayedJobs jobs = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_campaign_runs_to_its_end()
    {
        var record = await Run(Begin(Sample.Spec with { Jobs = 5 }));
        Assert.Equal(CampaignPhase.Completed, record.Phase);
        Assert.Equal(5, jobs.Jobs.Count);
        Assert.All(record.Points, p => Assert.NotNull(p.Result));
        Assert.Equal(record.Version, CampaignFold.FromEvents(Log().Read())!.Version);
    }

    [Fact]
    public async Task A_process_that_is_killed_between_submission_and_event_submits_nothing_twice()
    {
        var log = Begin(Sample.Spec with { Jobs = 5 });
        for (var kill = 0; kill < 5; kill++)
        {
            var at = kill;
            jobs.OnSubmitted = p => { if (p.Index == at) throw new KilledException(); };
            await Assert.ThrowsAsync<KilledException>(() => Run(log));
        }
        jobs.OnSubmitted = _ => { };
        var record = await Run(log);
        Assert.Equal(5, jobs.Jobs.Count);
        Assert.Equal(5, record.Points.Select(p => p.Job).Distinct().Count());
    }

    [Fact]
    public async Task After_a_crash_jobs_are_told_to_go_on()
    {
        var log = Begin(Sample.Spec with { Jobs = 2 });
        jobs.OnSubmit = p => { if (p.Index == 1) throw new KilledException(); };
        await Assert.ThrowsAsync<KilledException>(() => Run(log));
        jobs.OnSubmit = _ => { };
        await Run(log);
        Assert.Contains((new JobId("widths-0001-1"), JobRequestKind.Resume), jobs.Asks);
    }

    [Fact]
    public async Task A_pause_from_elsewhere_pauses_the_jobs_and_resume_goes_on()
    {
        var log = Begin(Sample.Spec with { Jobs = 4 });
        // Another process writes while the first point is submitted: the runner's own event comes after it.
        jobs.OnSubmitted = _ =>
        {
            jobs.OnSubmitted = _ => { };
            Log().Append(Log().Read()[^1].Number, [new CampaignRequested(CampaignRequest.Pause)]);
        };
        var paused = await Run(log);
        Assert.Equal(CampaignPhase.Paused, paused.Phase);
        Assert.Equal(JobPhase.Paused, jobs.Jobs.Single().Value.Phase);
        Log().Append(paused.Version, [new CampaignRequested(CampaignRequest.Resume)]);
        var record = await Run(Log());
        Assert.Equal((CampaignPhase.Completed, 4), (record.Phase, jobs.Jobs.Count));
    }

    [Fact]
    public async Task An_interruption_pauses_the_campaign()
    {
        using var interruption = new CancellationTokenSource();
        jobs.OnSubmitted = _ => interruption.Cancel();
        var record = await Run(Begin(Sample.Spec with { Jobs = 4 }), interruption.Token);
        Assert.Equal(CampaignPhase.Paused, record.Phase);
        Assert.All(jobs.Jobs.Values, j => Assert.True(j.Phase is JobPhase.Paused or JobPhase.Completed));
    }

    [Fact]
    public async Task A_job_that_is_refused_ends_its_point_alone()
    {
        jobs.OnSubmit = p => { if (p.Index == 1) throw new JobRefusedException("line 3: hidden is 'x'"); };
        var record = await Run(Begin(Sample.Spec));
        Assert.Equal((CampaignPhase.Completed, JobPhase.Failed), (record.Phase, record.Points[1].Result!.Phase));
        Assert.Equal("refused: line 3: hidden is 'x'", record.Points[1].Result!.Summary);
        Assert.Equal(2, jobs.Jobs.Count);
    }

    [Fact]
    public async Task A_place_that_takes_nothing_now_is_asked_again()
    {
        var (refusals, notices) = (3, new List<string>());
        jobs.OnSubmit = _ => { if (refusals-- > 0) throw new PlaceBusyException("queue full"); };
        var record = await Runner(Begin(Sample.Spec), notices.Add).Run(Cancelled).WaitAsync(Longest, Cancelled);
        Assert.Equal((CampaignPhase.Completed, 3), (record.Phase, jobs.Jobs.Count));
        Assert.Contains("queue full", notices);
        Assert.Equal("", notices[^1]);
    }

    [Fact]
    public async Task A_pause_reaches_the_jobs_while_no_further_one_is_taken()
    {
        var log = Begin(Sample.Spec with { Jobs = 4 });
        jobs.OnSubmit = p => { if (p.Index == 1) throw new PlaceBusyException("queue full"); };
        var notices = 0;
        var record = await Runner(log, text =>
        {
            if (text.Length > 0 && notices++ == 0) Log().Append(Log().Read()[^1].Number, [new CampaignRequested(CampaignRequest.Pause)]);
        }).Run(Cancelled).WaitAsync(Longest, Cancelled);
        Assert.Equal((CampaignPhase.Paused, 2), (record.Phase, record.Points.Count));
        Assert.Null(record.Points[1].Job);
        jobs.OnSubmit = _ => { };
        Log().Append(record.Version, [new CampaignRequested(CampaignRequest.Resume)]);
        Assert.Equal((CampaignPhase.Completed, 4), ((await Run(Log())).Phase, jobs.Jobs.Count));
    }

    [Fact]
    public async Task An_interruption_ends_the_run_while_the_place_is_away()
    {
        using var interruption = new CancellationTokenSource();
        jobs.OnLook = () =>
        {
            interruption.Cancel();
            throw new PlaceBusyException("connection refused");
        };
        var away = await Assert.ThrowsAsync<PlaceBusyException>(() => Run(Begin(Sample.Spec), interruption.Token));
        Assert.Equal("connection refused", away.Message);
        jobs.OnLook = () => { };
        Assert.Equal((CampaignPhase.Completed, 3), ((await Run(Log())).Phase, jobs.Jobs.Count));
    }

    [Fact]
    public async Task A_log_that_was_cut_behind_the_runners_back_is_told()
    {
        var log = Begin(Sample.Spec);
        jobs.OnSubmitted = _ => File.WriteAllLines(log.Path, File.ReadAllLines(log.Path)[..1]);
        var damaged = await Assert.ThrowsAsync<CampaignDamagedException>(() => Run(log));
        Assert.Contains("ends with event 1, but event 2 was stored", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_that_learns_looks_its_candidates_up_once()
    {
        var record = await Run(Begin(Sample.Spec with { Learning = new LearningRule(OriginalEvery: 2) }));
        Assert.Equal(["nadamw-b128", "sgd-b128"], record.Arms.Select(a => a.Name));
        Assert.True(record.Points[0].Probe!.IsOriginal);
        Assert.DoesNotContain("candidates: [nadamw, sgd]", record.Points[1].Text, StringComparison.Ordinal);
        Assert.Contains("candidates: [nadamw, sgd]", record.Points[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_of_which_there_are_no_news_are_not_looked_at_and_requests_are_heard_all_the_same()
    {
        var log = Begin(Sample.Spec);
        var (questions, looksByThen) = (0, 0);
        jobs = new PlayedJobs { Length = int.MaxValue };
        jobs.HasNews = () =>
        {
            if (++questions == 20)
            {
                looksByThen = jobs.Looks;
                Log().Append(Log().Read()[^1].Number, [new CampaignRequested(CampaignRequest.Pause)]);
            }
            return jobs.Asks.Count > 0;
        };
        var record = await Run(log);
        Assert.Equal((CampaignPhase.Paused, 1), (record.Phase, looksByThen));
    }

    [Fact]
    public async Task News_that_are_lost_are_made_up_for()
    {
        jobs.HasNews = () => false;
        var record = await new CampaignRunner(Begin(Sample.Spec), jobs, TimeProvider.System)
        {
            Pause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(2),
        }.Run(Cancelled).WaitAsync(Longest, Cancelled);
        Assert.Equal(CampaignPhase.Completed, record.Phase);
    }

    [Fact]
    public async Task Hundreds_of_jobs_are_run_through()
    {
        jobs.Devices = 50;
        var record = await Run(Begin(Sample.Spec with { Jobs = 300 }));
        Assert.Equal((CampaignPhase.Completed, 300), (record.Phase, jobs.Jobs.Count));
    }

    private Task<CampaignRecord> Run(CampaignLog log, CancellationToken? interruption = null) =>
        Runner(log, _ => { }).Run(interruption ?? CancellationToken.None).WaitAsync(Longest, Cancelled);

    private CampaignRunner Runner(CampaignLog log, Action<string> notice) =>
        new(log, jobs, TimeProvider.System) { Pause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.MaxValue, Notice = notice };

    private CampaignLog Begin(CampaignSpec spec)
    {
        var log = Log();
        log.Append(0, [new CampaignBegun(spec, "")]);
        return log;
    }

    private CampaignLog Log() => new(Path.Combine(root, "widths", "events.jsonl"), TimeProvider.System);

    private sealed class KilledException : Exception;
}
