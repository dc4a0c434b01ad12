using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// The events of a job as they come, after the number that the reader knows: JSON lines, or server-sent events with the number as id. It
/// lasts until the job has ended or is deleted, the reader's key is good no longer, or the process ends; whoever is cut off goes on with
/// the last number that came.
/// </summary>
internal sealed class EventStream(ApiCall call, JobId job, bool isServerSent)
{
    public const string ServerSent = "text/event-stream";
    public const string JsonLines = "application/jsonl";

    /// <summary>Most events read at once.</summary>
    private const int Batch = 500;

    /// <summary>What keeps proxies from giving a silent stream up.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly StreamAccess access = new(call);
    private long spoke = call.Run.Time.GetTimestamp();

    public static async Task<IResult> Follow(ApiCall call)
    {
        var job = (await call.Job()).Id;
        var since = Since(call);
        var isServerSent = call.Context.Request.Headers.Accept.Any(
            a => a?.Contains(ServerSent, StringComparison.OrdinalIgnoreCase) == true);
        // Proxies would keep events back until they have many.
        call.Context.Response.Headers["X-Accel-Buffering"] = "no";
        call.Context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(
            body => new EventStream(call, job, isServerSent).Write(body, since), isServerSent ? ServerSent : JsonLines);
    }

    private async Task Write(Stream body, long since)
    {
        using var end = new StreamEnd(call);
        await body.FlushAsync(call.Aborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Run.Stopping, call.Aborted);
        while (await access.Lasts())
        {
            // Seen before the events are read, so that the last ones of a process that ends are told.
            var isLast = call.Run.Stopping.IsCancellationRequested;
            var events = await call.Parts.Jobs.Changes(job, since, Batch);
            foreach (var e in events) await Write(body, e);
            if (events.Count > 0) spoke = call.Run.Time.GetTimestamp();
            else if (isServerSent) await BreakSilence(body);
            await body.FlushAsync(call.Aborted);
            if (events is [.., var last]) since = last.Number;
            if (events is [.., { Change: JobEnded }] || (events.Count == 0 && (isLast || await IsOver()))) return;
            if (events.Count < Batch && !isLast) await Wait(since, ending.Token);
        }
    }

    private async Task<bool> IsOver() => (await call.Parts.Jobs.Find(job))?.Phase.HasEnded() != false;

    private async Task Wait(long since, CancellationToken ct)
    {
        try
        {
            await call.Parts.Jobs.WaitForChanges(job, since, ct);
        }
        catch (OperationCanceledException) when (call.Run.Stopping.IsCancellationRequested)
        {
            // Once more, for the last events.
        }
    }

    private async Task BreakSilence(Stream body)
    {
        if (call.Run.Time.GetElapsedTime(spoke) < LongestSilence) return;
        spoke = call.Run.Time.GetTimestamp();
        await body.WriteAsync(": \n\n"u8.ToArray(), call.Aborted);
    }

    private async Task Write(Stream body, JobEvent e)
    {
        var json = JsonSerializer.Serialize(e, RecordJson.Options);
        var text = isServerSent ? $"id: {e.Number}\ndata: {json}\n\n" : json + "\n";
        await body.WriteAsync(Encoding.UTF8.GetBytes(text), call.Aborted);
    }

    /// <summary>What a reader who comes again knows counts before what its address says, which is that of its first time.</summary>
    private static long Since(ApiCall call)
    {
        var known = call.Query.Text("Last-Event-ID");
        return long.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : call.Query.Number("since") ?? 0;
    }
}
