using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

public sealed partial class ApiClient
{
    /// <summary>Where the candidates of a job stand.</summary>
    public Task<ImmutableArray<CandidateProgress>> ListCandidates(JobId job, CancellationToken ct = default) =>
        Get<ImmutableArray<CandidateProgress>>($"{Path(job)}/candidates", ct);

    /// <summary>The learning curves of a job.</summary>
    /// <param name="job">Which.</param>
    /// <param name="points">Most points of a curve; null for 10,000.</param>
    /// <param name="keepsPeaks">Whether fewer points are the least and the greatest, instead of those that draw the same curve.</param>
    /// <param name="trial">Only this one's; null for all.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<ImmutableArray<TrialCurve>> ReadCurves(
        JobId job, int? points = null, bool keepsPeaks = false, TrialId? trial = null, CancellationToken ct = default)
    {
        var query = new QueryText().Add("points", points).Add("method", keepsPeaks ? "minmax" : null).Add("trial", trial?.Value);
        return Get<ImmutableArray<TrialCurve>>($"{Path(job)}/curves{query}", ct);
    }

    /// <summary>What was forecast at a rung.</summary>
    /// <param name="job">Which.</param>
    /// <param name="rung">Counted from 0; null for the latest with forecasts.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<ImmutableArray<RungForecasts>> ListForecasts(JobId job, int? rung = null, CancellationToken ct = default) =>
        Get<ImmutableArray<RungForecasts>>($"{Path(job)}/forecasts{new QueryText().Add("rung", rung)}", ct);

    /// <summary>What was decided from a rung on, without the forecasts.</summary>
    public Task<ImmutableArray<RungRecord>> ListDecisions(JobId job, int since = 0, CancellationToken ct = default) =>
        Get<ImmutableArray<RungRecord>>($"{Path(job)}/decisions?since={since}", ct);

    /// <summary>
    /// The events of a job after a number, as they come. Ends where the job does, and where the connection does: whoever still wants more
    /// goes on with the last number that came.
    /// </summary>
    public async IAsyncEnumerable<JobEvent> FollowEvents(JobId job, long since, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await Open($"{Path(job)}/events?since={since}", ct);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        while (await NextLine(lines, ct) is { } line)
        {
            var e = Parsed<JobEvent>(line);
            yield return e.Change is not null ? e : throw new HttpRequestException($"The server sent event {e.Number} without its change.");
        }
    }

    /// <summary>The lines of the server's logs that name the job.</summary>
    /// <param name="job">Which.</param>
    /// <param name="follows">True for lines as they come, until the job has ended.</param>
    /// <param name="ct">Ends the wait.</param>
    public async IAsyncEnumerable<string> ReadLogs(JobId job, bool follows, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await Open($"{Path(job)}/logs{(follows ? "?follow=true" : "")}", ct);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        while (await NextLine(lines, ct) is { } line) yield return line;
    }

    /// <summary>The files of a job that can be downloaded.</summary>
    public Task<ImmutableArray<CheckpointFile>> ListCheckpoints(JobId job, CancellationToken ct = default) =>
        Get<ImmutableArray<CheckpointFile>>($"{Path(job)}/checkpoints", ct);

    /// <summary>A file of a job.</summary>
    /// <param name="job">Which.</param>
    /// <param name="name"><see cref="CheckpointFile.Name"/>.</param>
    /// <param name="from">Byte to begin with, where a part of it is known.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Its bytes; ends the connection when it is disposed of.</returns>
    public async Task<Stream> DownloadCheckpoint(JobId job, string name, long from = 0, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path(job)}/checkpoints/{Escaped(name)}");
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        return await (await Send(request, ct)).Content.ReadAsStreamAsync(ct);
    }

    /// <summary>The learning curves of a job as a recording: JSON lines.</summary>
    public async Task<Stream> ExportJob(JobId job, CancellationToken ct = default) =>
        await (await Open($"{Path(job)}/export", ct)).Content.ReadAsStreamAsync(ct);

    /// <summary>The winner of a job as a job file that trains it alone, or as C# that builds its strategy.</summary>
    public async Task<string> ExportWinner(JobId job, bool asCode = false, CancellationToken ct = default)
    {
        using var answer = await Open($"{Path(job)}/winner?as={(asCode ? "csharp" : "yaml")}", ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    /// <summary>Null at the end, also at one that came unannounced.</summary>
    private static async Task<string?> NextLine(StreamReader lines, CancellationToken ct)
    {
        try
        {
            return await lines.ReadLineAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
