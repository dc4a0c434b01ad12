using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class HappeningTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_jobs_are_followed_in_one_stream_to_their_ends()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var (first, second) = (await served.Add(), await served.Add());
        await served.End(first);
        await served.End(second);
        var told = await client.FollowAll([(first, 4), (second, 0)], false, false, Cancelled).ToListAsync(Cancelled);
        Assert.Equal([5, 6], told.Where(h => h.Job == first).Select(h => h.Event!.Number));
        Assert.Equal([1, 2, 3, 4, 5, 6], told.Where(h => h.Job == second).Select(h => h.Event!.Number));
    }

    [Fact]
    public async Task What_a_reader_knows_counts_before_what_its_address_says()
    {
        await using var served = await Served.Start();
        var (first, second) = (await served.Add(), await served.Add());
        await served.End(first);
        await served.End(second);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/events?job={first}&job={second}:2");
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", $"{first}:5,other-9:3");
        using var http = served.Http();
        var text = await (await http.SendAsync(request, Cancelled)).Content.ReadAsStringAsync(Cancelled);
        Assert.StartsWith(": open\n\n", text, StringComparison.Ordinal);
        var ids = text.Split('\n').Where(l => l.StartsWith("id: ", StringComparison.Ordinal)).Select(l => l[4..]).ToList();
        Assert.Equal($"{first}:6,{second}:2", ids[0]);
        Assert.Equal((5, $"{first}:6,{second}:6"), (ids.Count, ids[^1]));
    }

    [Fact]
    public async Task A_stream_of_as_many_jobs_as_there_may_be_goes_on_from_its_own_id()
    {
        await using var served = await Served.Start();
        var jobs = new List<JobId>();
        // The longest name that there is.
        for (var i = 0; i < 32; i++) jobs.Add(await served.Add(with: spec => spec with { Name = new string('n', 48) }));
        foreach (var job in jobs) await served.End(job);
        using var http = served.Http();
        var path = "v1/events?" + string.Join('&', jobs.Select(j => $"job={j}"));
        var text = await Read(http, path, null);
        var id = text.Split('\n').Last(l => l.StartsWith("id: ", StringComparison.Ordinal))[4..];
        var again = await Read(http, path, id);
        Assert.DoesNotContain("\"event\"", again, StringComparison.Ordinal);
        Assert.Equal(32, again.Split("\"isOver\":true").Length - 1);
    }

    private static async Task<string> Read(HttpClient http, string path, string? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        if (known is not null) request.Headers.Add("Last-Event-ID", known);
        using var answer = await http.SendAsync(request, Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }

    [Fact]
    public async Task The_list_and_the_devices_are_told_when_they_change_and_others_jobs_are_not()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Viewer, "mine"));
        var known = await served.Add("mine");
        await using var news = client.FollowAll([], true, true, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Empty((await Next(news)).Pool!.Devices);
        var others = await served.Add("others");
        await served.End(known);
        var ended = (await Next(news)).Listed!;
        Assert.Equal((known, JobPhase.Completed), (ended.Id, ended.Phase));
        await served.Leases.Put(Device(), "local");
        var pool = (await Next(news)).Pool!;
        Assert.Equal("here-cpu0", Assert.Single(pool.Devices).Device.Id.Value);
        Assert.DoesNotContain(others.Value, JsonSerializer.Serialize(pool, RecordJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_comes_and_ends_between_two_looks_is_told_all_the_same()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        await using var news = client.FollowAll([], true, true, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.NotNull((await Next(news)).Pool);
        var quick = await served.Add();
        await served.End(quick);
        JobSummary told;
        do told = (await Next(news)).Listed!; while (told.Phase != JobPhase.Completed);
        Assert.Equal(quick, told.Id);
    }

    [Fact]
    public async Task A_job_that_had_ended_is_told_to_be_over_once()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        await served.End(job);
        var told = Assert.Single(await client.FollowAll([(job, 6)], false, false, Cancelled).ToListAsync(Cancelled));
        Assert.Equal((job, true, null), (told.Job, told.IsOver, told.Event));
    }

    [Fact]
    public async Task A_job_of_others_is_as_one_that_is_gone_over_at_once()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Viewer, "mine"));
        var others = await served.Add("others");
        var told = await client.FollowAll([(others, 0), (new JobId("gone-9"), 0)], false, false, Cancelled).ToListAsync(Cancelled);
        Assert.Equal([(others, true), (new JobId("gone-9"), true)], told.Select(h => (h.Job!.Value, h.IsOver)));
    }

    [Theory]
    [InlineData("job=toy-1:x", "job is 'toy-1:x': it must be JOB or JOB:NUMBER")]
    [InlineData("job=", "job is ''")]
    [InlineData("jobs=1", "jobs is '1': it must be true or false")]
    public async Task What_is_of_another_form_is_refused(string query, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await http.GetAsync("v1/events?" + query, Cancelled);
        await answer.IsProblem(System.Net.HttpStatusCode.BadRequest, detail);
    }

    private static async Task<Happening> Next(IAsyncEnumerator<Happening> news)
    {
        Assert.True(await news.MoveNextAsync().AsTask().WaitAsync(Longest, Cancelled));
        return news.Current;
    }

    private static DeviceDescription Device() => new()
    {
        Id = new("here-cpu0"),
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = "core",
        Host = "here",
    };
}
