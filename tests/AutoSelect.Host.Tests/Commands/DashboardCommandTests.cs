using System.Net;
using System.Net.Http.Headers;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Api;

namespace AutoSelect.Host.Tests;

public sealed class DashboardCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboard_of_a_running_process_is_opened_by_a_link_that_signs_in_once()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.ObjectiveMet, await run.Run("dashboard", job.Id.Value, "--store", job.Paths.Root));
        var address = new Uri(Assert.Single(run.OpenedFiles));
        Assert.Contains($"Dashboard: {address}", run.Error, StringComparison.Ordinal);
        Assert.Equal($"/jobs/{job.Id}", address.AbsolutePath);
        Assert.Empty(address.Query);
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = address };
        using var page = await http.GetAsync(address, Cancelled);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Fragment["#link=".Length..]);
        Assert.Equal(HttpStatusCode.Created, (await http.PostAsync("/v1/session", null, Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync("/v1/session", null, Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_not_opened()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.BadInput, await run.Run("dashboard", "none-1", "--store", job.Paths.Root));
        Assert.Empty(run.OpenedFiles);
        Assert.Contains("'none-1'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    public async Task Devices_are_at_least_one(string devices)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("dashboard", "--devices", devices));
        Assert.Contains($"--devices is '{devices}': it must be an integer of at least 1", run.Error, StringComparison.Ordinal);
    }
}
