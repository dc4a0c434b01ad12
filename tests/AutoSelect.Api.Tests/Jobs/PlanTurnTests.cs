using System.Net;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Previews;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests.Jobs;

/// <summary>What one who submits or previews much at once costs.</summary>
public sealed class PlanTurnTests
{
    private const string Yaml = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/jobs", HttpStatusCode.Created)]
    [InlineData("/v1/previews", HttpStatusCode.OK)]
    public async Task Earlier_jobs_are_read_for_two_at_a_time_and_the_nineteenth_is_sent_away(string path, HttpStatusCode status)
    {
        await using var served = await Served.Start();
        using var begun = new SemaphoreSlim(0);
        var (reading, goOn) = (new AtOnce(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        served.Control.BeforePlan = async () =>
        {
            using var turn = reading.Enter();
            begun.Release();
            await goOn.Task;
        };
        using var http = served.Http();
        var asked = Enumerable.Range(0, 24).Select(_ => http.PostAsync(path, Body(), Ct)).ToList();
        for (var i = 0; i < 6; i++)
        {
            var refused = await Task.WhenAny(asked).WaitAsync(Patience, Ct);
            asked.Remove(refused);
            await (await refused).IsProblem(HttpStatusCode.TooManyRequests, "16 jobs wait to be checked already");
        }
        for (var i = 0; i < 2; i++) await begun.WaitAsync(Ct).WaitAsync(Patience, Ct);
        goOn.SetResult();
        Assert.All(await Task.WhenAll(asked).WaitAsync(Patience, Ct), a => Assert.Equal(status, a.StatusCode));
        Assert.Equal((2, 16), (reading.Most, begun.CurrentCount));
    }

    [Fact]
    public async Task Schedulers_are_asked_for_one_preview_at_a_time_and_others_submit_meanwhile()
    {
        await using var served = await Served.Start();
        using var begun = new SemaphoreSlim(0);
        var asking = new AtOnce();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        served.Control.Lends = async ct =>
        {
            using var turn = asking.Enter();
            begun.Release();
            await goOn.Task.WaitAsync(ct);
            return Nothing;
        };
        using var http = served.Http();
        var previews = Enumerable.Range(0, 5).Select(_ => http.PostAsync("/v1/previews", Body(), Ct)).ToList();
        await begun.WaitAsync(Ct).WaitAsync(Patience, Ct);
        using (var job = await http.PostAsync("/v1/jobs", Body(), Ct)) Assert.Equal(HttpStatusCode.Created, job.StatusCode);
        goOn.SetResult();
        foreach (var answer in await Task.WhenAll(previews).WaitAsync(Patience, Ct))
        {
            var preview = JsonSerializer.Deserialize<JobPreview>(await answer.Content.ReadAsStringAsync(Ct), RecordJson.Options)!;
            Assert.Equal("nobody lends", preview.Borrowing!.Blocked);
        }
        Assert.Equal(1, asking.Most);
    }

    [Fact]
    public async Task Whoever_goes_away_has_schedulers_asked_no_longer()
    {
        await using var served = await Served.Start();
        var (begun, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        served.Control.Lends = async ct =>
        {
            begun.SetResult();
            using var over = ct.Register(gone.SetResult);
            await gone.Task;
            ct.ThrowIfCancellationRequested();
            return Nothing;
        };
        using var http = served.Http();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var preview = http.PostAsync("/v1/previews", Body(), leaving.Token);
        await begun.Task.WaitAsync(Patience, Ct);
        await leaving.CancelAsync();
        await gone.Task.WaitAsync(Patience, Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => preview);
    }

    private static BorrowingPreview Nothing { get; } = new()
    {
        Wanted = 1,
        Own = 0,
        Blocked = "nobody lends",
        Devices = [],
        Refusals = [],
        Faults = [],
    };

    private static StringContent Body() => new(Yaml, Encoding.UTF8, "application/yaml");
}
