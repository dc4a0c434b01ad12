using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AutoSelect.Api.Access;
using AutoSelect.Api.Devices;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Several streams in one, since a browser opens six connections a host in all: the events of the jobs that are named, jobs of the list
/// that are new or have changed, and the devices. Each message has as its id the numbers of the last events, to go on from.
/// </summary>
internal sealed class Happenings(ApiCall call, FollowedJobs followed, bool tellsJobs, bool tellsDevices, bool isServerSent)
{
    /// <summary>Most events of a job that are read at once.</summary>
    private const int Batch = 500;

    /// <summary>How often list and devices are looked at.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>What keeps proxies from giving a silent stream up, and lets readers know one that is dead.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly ListedJobs listed = new(call);
    private readonly StreamAccess access = new(call);
    private string pool = "";
    private long spoke = call.Run.Time.GetTimestamp();

    public static async Task<IResult> Follow(ApiCall call)
    {
        var (query, request) = (call.Query, call.Context.Request);
        var followed = await FollowedJobs.Read(call, query.Texts("job"), query.Text("Last-Event-ID"));
        var isServerSent = request.Headers.Accept.Any(
            a => a?.Contains(EventStream.ServerSent, StringComparison.OrdinalIgnoreCase) == true);
        // Proxies would keep news back until they have many.
        call.Context.Response.Headers["X-Accel-Buffering"] = "no";
        call.Context.Response.Headers.CacheControl = "no-store";
        var stream = new Happenings(call, followed, query.Flag("jobs"), query.Flag("devices"), isServerSent);
        return TypedResults.Stream(stream.Write, isServerSent ? EventStream.ServerSent : EventStream.JsonLines);
    }

    private async Task Write(Stream body)
    {
        if (tellsJobs) await listed.Begin();
        // The reader knows by it that the stream is open: what it reads otherwise from now on misses nothing.
        if (isServerSent) await body.WriteAsync(": open\n\n"u8.ToArray(), call.Aborted);
        await TellOver(body);
        await body.FlushAsync(call.Aborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Run.Stopping, call.Aborted);
        while ((tellsJobs || tellsDevices || followed.IsOpen) && await access.Lasts())
        {
            var isLast = call.Run.Stopping.IsCancellationRequested;
            var count = 0;
            await foreach (var (job, e) in followed.Next(call.Parts.Jobs, Batch))
            {
                await Tell(body, new Happening { Job = job, Event = e });
                count++;
            }
            await TellOver(body);
            if (tellsJobs) foreach (var summary in await listed.Changed()) await Tell(body, new Happening { Listed = summary });
            if (tellsDevices) await TellDevices(body);
            if (isServerSent) await BreakSilence(body);
            await body.FlushAsync(call.Aborted);
            if (isLast && count == 0) return;
            if (count == 0) await Wait(ending.Token);
        }
    }

    private async Task TellOver(Stream body)
    {
        foreach (var job in followed.Over()) await Tell(body, new Happening { Job = job, IsOver = true });
    }

    private async Task TellDevices(Stream body)
    {
        var state = await DeviceRoutes.Pool(call);
        // Of a lease that is renewed all the time only the expiry is new, which is not worth telling.
        ImmutableArray<PoolDevice> lasting =
            [.. state.Devices.Select(d => d.Lease is { } lease ? d with { Lease = lease with { Expires = default } } : d)];
        var text = JsonSerializer.Serialize(state with { Devices = lasting }, RecordJson.Options);
        if (text == pool) return;
        pool = text;
        await Tell(body, new Happening { Pool = state });
    }

    private async Task Wait(CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var waits = followed.Waits(call.Parts.Jobs, enough.Token).Append(Task.Delay(Round, call.Run.Time, enough.Token)).ToList();
            await await Task.WhenAny(waits);
            await enough.CancelAsync();
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

    private async Task Tell(Stream body, Happening news)
    {
        spoke = call.Run.Time.GetTimestamp();
        var json = JsonSerializer.Serialize(news, RecordJson.Options);
        var text = isServerSent ? $"id: {followed}\ndata: {json}\n\n" : json + "\n";
        await body.WriteAsync(Encoding.UTF8.GetBytes(text), call.Aborted);
    }
}
