using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Health;

public sealed class HealthTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/livez", "alive")]
    [InlineData("/readyz", "ready")]
    public async Task Whoever_starts_servers_asks_without_a_key_and_under_any_name(string path, string says)
    {
        await using var served = await Served.Start();
        using var http = new HttpClient { BaseAddress = served.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "10.1.2.3:8080" } };
        using var answer = await http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(says, (await answer.Content.ReadAsStringAsync(Ct)).Trim());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_server_that_is_not_ready_lives_and_says_why()
    {
        var time = new FakeTimeProvider();
        ImmutableArray<string> reasons = ["the database is away", "the disk is full"];
        await using var served = await Served.Start(time, unready: () => Task.FromResult(reasons));
        using var http = new HttpClient { BaseAddress = served.Address };
        await (await http.GetAsync("/readyz", Ct)).IsProblem(
            HttpStatusCode.ServiceUnavailable, "the database is away; the disk is full");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/livez", Ct)).StatusCode);
        reasons = [];
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz", Ct)).StatusCode);
    }

    [Fact]
    public async Task All_who_ask_within_a_second_cost_one_look()
    {
        var (time, looks, answer) = (new FakeTimeProvider(), 0, new TaskCompletionSource<ImmutableArray<string>>());
        await using var served = await Served.Start(time, unready: () =>
        {
            Interlocked.Increment(ref looks);
            return answer.Task;
        });
        using var http = new HttpClient { BaseAddress = served.Address };
        var asking = Enumerable.Range(0, 8).Select(_ => http.GetAsync("/readyz", Ct)).ToList();
        answer.SetResult([]);
        await Task.WhenAll(asking);
        await http.GetAsync("/readyz", Ct);
        Assert.Equal(1, looks);
        time.Advance(TimeSpan.FromSeconds(1));
        await http.GetAsync("/readyz", Ct);
        Assert.Equal(2, looks);
    }

    [Theory]
    [InlineData("POST", "/readyz", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/livez", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/livez/", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/healthz", HttpStatusCode.Unauthorized)]
    public async Task Nothing_else_can_be_had_without_a_key(string method, string path, HttpStatusCode status)
    {
        await using var served = await Served.Start();
        using var http = new HttpClient { BaseAddress = served.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        Assert.Equal(status, (await http.SendAsync(request, Ct)).StatusCode);
    }
}
