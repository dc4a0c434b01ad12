using System.Net;
using AutoSelect.Api.Requests;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests;

/// <summary>What is under way when a server ends.</summary>
public sealed class EndingTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_takes_its_time_is_answered()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var served = await Served.Start(time);
        using var http = served.Http();
        var job = await served.Add();
        var (begun, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        served.Control.BeforeRequest = () =>
        {
            begun.TrySetResult();
            return released.Task;
        };
        var asking = http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        await begun.Task.WaitAsync(Longest, Cancelled);
        var ending = served.StopServing();
        time.Advance(TimeSpan.FromSeconds(19));
        released.SetResult();
        using var answer = await asking.WaitAsync(Longest, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await ending.WaitAsync(Longest, Cancelled);
    }

    [Fact]
    public async Task A_stream_whose_reader_does_not_read_does_not_keep_the_server()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var served = await Served.Start(time);
        using var http = served.Http();
        // More than what fits between the two: the server waits for the reader.
        var job = await served.Add(points: 60_000);
        using var answer = await http.GetAsync($"v1/jobs/{job}/events", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var ending = served.StopServing();
        // Its header has come, so its last words are timed by then; the own patience of the server is longer.
        time.Advance(StreamEnd.LastWords);
        await ending.WaitAsync(Longest, Cancelled);
    }
}
