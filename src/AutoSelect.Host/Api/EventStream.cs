using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Host.Api;

/// <summary>
/// The events of a job as they come, after the number that the reader knows: JSON lines, or server-sent events with the number as id. It
/// lasts until the job has ended or is deleted, or the process ends; whoever is cut off goes on with the last number that came.
/// </summary>
internal sealed class EventStream(IJobStore store, CancellationToken stopping)
{
    private const string ServerSent = "text/event-stream";

    /// <summary>Most events read at once.</summary>
    private const int Batch = 500;

    public async Task Write(HttpContext context, JobId job)
    {
        var since = Since(context);
        if (await store.Find(job) is null) throw JobRoutes.Unknown(job);
        var isServerSent = context.Request.Headers.Accept.Any(a => a?.Contains(ServerSent, StringComparison.OrdinalIgnoreCase) == true);
        context.Response.ContentType = isServerSent ? ServerSent : "application/jsonl";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(context.RequestAborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        while (true)
        {
            // Seen before the events are read, so that the last ones of a process that ends are told.
            var isLast = stopping.IsCancellationRequested;
            var events = await store.Changes(job, since, Batch);
            foreach (var e in events) await Write(context.Response, e, isServerSent, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (events is [.., var last]) since = last.Number;
            if (events is [.., { Change: JobEnded }] || (events.Count == 0 && (isLast || await IsOver(job)))) return;
            if (events.Count < Batch && !isLast) await Wait(job, since, ending.Token);
        }
    }

    private async Task<bool> IsOver(JobId job) =>
        (await store.Find(job))?.Phase.HasEnded() != false;

    private async Task Wait(JobId job, long since, CancellationToken ct)
    {
        try
        {
            await store.WaitForChanges(job, since, ct);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Once more, for the last events.
        }
    }

    private static long Since(HttpContext context)
    {
        var known = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
        return long.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : JobRoutes.Number(context, "since", 0);
    }

    private static async Task Write(HttpResponse response, JobEvent e, bool isServerSent, CancellationToken ct)
    {
        var json = JsonSerializer.Serialize(e, RecordJson.Options);
        var text = isServerSent ? $"id: {e.Number}\ndata: {json}\n\n" : json + "\n";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }
}
