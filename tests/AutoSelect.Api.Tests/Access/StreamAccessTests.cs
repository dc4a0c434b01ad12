using System.Net;
using System.Net.Http.Headers;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Access;

/// <summary>How long a stream outlives the right to it.</summary>
public sealed class StreamAccessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1/events?jobs=true&devices=true")]
    [InlineData("v1/jobs/toy-1/events")]
    [InlineData("v1/jobs/toy-1/logs?follow=true")]
    public async Task A_stream_ends_with_the_key_that_it_was_asked_for_with(string path)
    {
        await using var served = await Served.Start(time);
        await Begin(served);
        var key = await served.Key(KeyRole.Viewer);
        using var http = served.Http(key);
        var rest = await Follow(http, path);
        // As long as the key is good it goes on.
        for (var i = 0; i < 4; i++)
        {
            time.Advance(StreamAccess.Longest);
            await Task.Delay(20, Ct);
        }
        Assert.False(rest.IsCompleted);
        await served.Keys.Revoke((await served.Keys.Find(ApiKeys.Digest(key)))!.Id, time.GetUtcNow());
        await Ends(rest);
    }

    [Fact]
    public async Task A_stream_ends_with_the_session_and_with_the_time_of_a_key()
    {
        await using var served = await Served.Start(time);
        await Begin(served);
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = served.Address };
        var cookie = await SignIn(http, await served.Key(KeyRole.Viewer));
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        http.DefaultRequestHeaders.Add("Origin", served.Address.GetLeftPart(UriPartial.Authority));
        var rest = await Follow(http, "v1/events?jobs=true&devices=true");
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync("v1/session", Ct)).StatusCode);
        await Ends(rest);

        using var expiring = served.Http((await ApiKeys.Create(
            served.Keys, new NewKey { Name = "short", Role = KeyRole.Viewer, Days = .01 }, time.GetUtcNow())).Key);
        rest = await Follow(expiring, "v1/jobs/toy-1/events");
        await Ends(rest);
    }

    /// <summary>A job that goes on, with a line in a log.</summary>
    private static async Task Begin(Served served)
    {
        Assert.Equal("toy-1", (await served.Add()).Value);
        Directory.CreateDirectory(served["logs"]);
        await File.WriteAllTextAsync(
            Path.Combine(served["logs"], "control.log"), "2026-11-29 11:22:01.123 Information JobGrain: Job toy-1 is attended to\n", Ct);
    }

    private static async Task<string> SignIn(HttpClient http, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/session");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request, Ct);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Asks, and waits for the first line.</summary>
    /// <returns>All that follows it.</returns>
    private static async Task<Task<string>> Follow(HttpClient http, string path)
    {
        var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Ct).WaitAsync(Patience, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
        Assert.NotEmpty((await lines.ReadLineAsync(Ct).AsTask().WaitAsync(Patience, Ct))!);
        return lines.ReadToEndAsync(Ct);
    }

    private async Task Ends(Task<string> rest)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        while (!rest.IsCompleted)
        {
            time.Advance(StreamAccess.Longest);
            await Task.Delay(10, patience.Token);
        }
        await rest;
    }
}
