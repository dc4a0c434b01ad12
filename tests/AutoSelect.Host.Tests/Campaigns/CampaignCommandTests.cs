using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests.Campaigns;

public sealed class CampaignCommandTests : IDisposable
{
    private readonly CommandRun run = new();

    private string Store => Path.Combine(run.Folder.Path, "store");

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task All_that_is_wrong_with_a_file_is_told_with_its_lines()
    {
        var path = run.JobFile("space: { epochs: [2, 2] }\njobs: 0\n");
        Assert.Equal(2, await Run("campaign", path));
        Assert.Contains("job", run.Error);
        Assert.Contains("toy.yaml:1", run.Error);
        Assert.Contains("toy.yaml:2", run.Error);
        Assert.False(Directory.Exists(Store));
    }

    [Theory]
    [InlineData("campaign|{file}|--name|Big", "--name is 'Big': it must be 1 to 40 lower-case letters")]
    [InlineData("campaign|{file}|--devices|0", "--devices is '0': it must be an integer from 1 to 1024")]
    [InlineData("campaign|{file}", "Campaign 'toy' is in")]
    [InlineData("campaigns|show|tog", "Did you mean 'toy'?")]
    [InlineData("campaigns|resume|toy", "has ended (completed): all 1 points have ended.")]
    [InlineData("campaigns|cancel|toy", "has ended (completed)")]
    [InlineData("campaigns|extend|toy", "Neither --jobs nor --device-time is given")]
    [InlineData("campaigns|extend|toy|--jobs|0", "--jobs is '0': it must be an integer from 1 to 100000")]
    [InlineData("campaigns|extend|toy|--device-time|soon", "--device-time is 'soon'")]
    [InlineData("campaigns|difference|toy|other", "Campaign 'other' is not in")]
    public async Task What_cannot_be_is_refused_with_the_rule(string arguments, string message)
    {
        Complete("toy");
        var file = run.JobFile("job: { workload: toy-mlp, objective: { fastest_to: 0.9 }, epochs: 5 }\nspace: { epochs: [2, 3] }\njobs: 2");
        Assert.Equal(2, await Run([.. arguments.Split('|').Select(a => a.Replace("{file}", file, StringComparison.Ordinal))]));
        Assert.Contains(message, run.Error);
        Assert.Null(run.Control.Opened);
    }

    [Fact]
    public async Task Campaigns_are_listed_shown_and_reported()
    {
        Complete("toy");
        Assert.Equal(0, await Run("campaigns"));
        Assert.Equal(0, await Run("campaigns", "show", "toy"));
        Assert.Equal(0, await Run("campaigns", "report", "toy", "-o", run.Folder["page.html"]));
        Assert.Contains("1/1", run.Output);
        Assert.Contains("epochs=2", run.Output);
        Assert.Contains("<title>toy", await File.ReadAllTextAsync(run.Folder["page.html"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_damaged_campaign_is_named_and_the_others_are_listed()
    {
        Complete("toy");
        Complete("hurt");
        var path = Path.Combine(Store, "campaigns", "hurt", "events.jsonl");
        await File.WriteAllLinesAsync(
            path, (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Where((_, i) => i != 2),
            TestContext.Current.CancellationToken);
        Assert.Equal(0, await Run("campaigns"));
        Assert.Contains("toy", run.Output);
        Assert.Contains($"{path}: Event 4 follows event 2", run.Error);
        Assert.Equal(4, await Run("campaigns", "show", "hurt"));
    }

    [Fact]
    public async Task A_campaign_that_another_process_runs_is_left_to_it()
    {
        Complete("toy");
        Assert.Equal(0, await Run("campaigns", "extend", "toy", "--jobs", "3"));
        using var right = new CampaignFolder(Store, TimeProvider.System).Lock("toy");
        Assert.Equal(4, await Run("campaigns", "resume", "toy"));
        Assert.Contains("run by another process", run.Error);
    }

    [Fact]
    public async Task A_resume_at_another_place_changes_nothing()
    {
        run.Variables["AUTOSELECT_KEY"] = "autoselect_none";
        // With --server the campaign is in the user's own store.
        var own = Path.Combine(run.Folder.Path, ".local", "share", "autoselect");
        Complete("toy", own);
        Assert.Equal(0, await run.Run("campaigns", "extend", "toy", "--jobs", "3"));
        var before = new CampaignFolder(own, TimeProvider.System).Find("toy")!.Version;
        Assert.Equal(2, await run.Run("campaigns", "resume", "toy", "--server", "http://localhost:1/"));
        Assert.Contains("leave --server out", run.Error);
        Assert.Equal(before, new CampaignFolder(own, TimeProvider.System).Find("toy")!.Version);
    }

    [Fact]
    public async Task An_extended_campaign_goes_on_with_resume()
    {
        Complete("toy");
        Assert.Equal(0, await Run("campaigns", "extend", "toy", "--jobs", "3"));
        var record = new CampaignFolder(Store, TimeProvider.System).Find("toy")!;
        Assert.Equal((CampaignPhase.Running, 3), (record.Phase, record.Spec.Jobs));
    }

    [Fact]
    public void A_campaign_that_failed_before_it_had_a_job_can_begin_anew()
    {
        var folder = new CampaignFolder(Store, TimeProvider.System);
        Complete("toy");
        Assert.False(folder.RemoveEmpty(folder.Find("toy")!));
        folder.Log("empty").Append(0,
            [new CampaignBegun(folder.Find("toy")!.Spec with { Name = "empty" }, ""), new CampaignEnded(CampaignPhase.Failed, "refused")]);
        Assert.True(folder.RemoveEmpty(folder.Find("empty")!));
        Assert.Equal(["toy"], folder.All(Assert.Fail).Select(c => c.Spec.Name));
    }

    private Task<int> Run(params string[] arguments) => run.Run([.. arguments, "--store", Store]);

    /// <summary>A campaign of one point that has ended.</summary>
    private void Complete(string name, string? store = null)
    {
        var spec = new CampaignSpec
        {
            Name = name,
            Space = new CampaignSpace([new CampaignParameter { Key = "epochs", Choices = ["2", "3"] }]),
            Template = "epochs: 1",
            Jobs = 1,
            Goal = CampaignGoal.Time,
        };
        var result = new PointResult { Phase = JobPhase.Completed, Summary = "", SecondsToTarget = 7, Seconds = 7, DeviceSeconds = 9 };
        new CampaignFolder(store ?? Store, TimeProvider.System).Log(name).Append(0,
        [
            new CampaignBegun(spec, ""), new PointProposed(0, ["2"], "epochs: 2", null), new PointSubmitted(0, new JobId($"{name}-0001-1")),
            new PointEnded(0, result), new CampaignEnded(CampaignPhase.Completed, "all 1 points have ended"),
        ]);
    }
}
