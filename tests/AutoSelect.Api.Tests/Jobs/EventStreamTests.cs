using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class EventStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_as_they_are_stored_to_the_last_one()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var numbers = new List<long>();
        await foreach (var e in client.FollowEvents(job, 2, Cancelled))
        {
            numbers.Add(e.Number);
            if (e.Number == 5) await served.Tell(job, new JobRequested(JobRequest.Pause()));
            if (e.Number == 6) await served.End(job);
        }
        Assert.Equal([3, 4, 5, 6, 7], numbers);
    }

    [Fact]
    public async Task A_server_that_ends_tells_the_last_events_first()
    {
        await using var served = await Served.Start(new FakeTimeProvider(DateTimeOffset.UtcNow));
        using var client = served.Client();
        var job = await served.Add();
        var (last, stopping) = (0L, Task.CompletedTask);
        await foreach (var e in client.FollowEvents(job, 0, Cancelled))
        {
            last = e.Number;
            if (last != 5) continue;
            await served.Tell(job, new JobRequested(JobRequest.Pause()));
            stopping = served.StopServing();
        }
        await stopping;
        Assert.Equal(6, last);
    }

    [Fact]
    public async Task Server_sent_events_have_ids_and_go_on_after_the_last_one_known()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        await served.End(job);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        http.DefaultRequestHeaders.Add("Last-Event-ID", "4");
        // Which counts before what the address says.
        using var answer = await http.GetAsync($"v1/jobs/{job}/events?since=1", Cancelled);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["no"], answer.Headers.GetValues("X-Accel-Buffering"));
        var events = (await answer.Content.ReadAsStringAsync(Cancelled)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["id: 5\ndata: {\"number\":5,", "id: 6\ndata: {\"number\":6,"], events.Select(e => e[..24]));
    }

    [Fact]
    public async Task A_silent_stream_has_a_comment_every_quarter_of_a_minute()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var http = served.Http();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        var job = await served.Add();
        using var answer = await http.GetAsync($"v1/jobs/{job}/events?since=5", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        for (var i = 0; i < 2; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(": ", await lines.ReadLineAsync(Cancelled));
            Assert.Equal("", await lines.ReadLineAsync(Cancelled));
        }
    }
}
