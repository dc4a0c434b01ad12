using AutoSelect.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Device;

/// <summary>
/// The client side of a device: registers, pulls segments, reports their news, and registers again whenever the control side was
/// away. Training goes on meanwhile. Once the process is to end, the segment is interrupted and its end is reported.
/// </summary>
internal sealed partial class DeviceLoop(
    IClusterClient client,
    ServeOptions options,
    TrainingThread training,
    OrphanWatch watch,
    ProcessEnd end,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DeviceLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(.3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(.5);

    private readonly DeviceDescription description = options.Describe();
    private volatile RunningWork? work;
    private RegisterReply? registration;

    private bool isAnswered;

    /// <summary>Nothing is trained any more, and what there was to say is said or has nobody to hear it.</summary>
    private bool IsDone => end.Requested.IsCancellationRequested
        && (work is not { } running || (running.HasEnded && end.IsOrphaned && !isAnswered));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var device = client.GetGrain<IDeviceGrain>(options.Device.Value);
        // On the thread of the request: this loop may be waiting for an answer that does not come.
        await using var interrupting = end.Requested.Register(InterruptWork);
        while (!stoppingToken.IsCancellationRequested && !IsDone)
        {
            try
            {
                registration ??= await Register(device);
                if (work is not { } running) await Pull(device, registration.Session);
                else await Report(device, registration.Session, running, stoppingToken);
                watch.Heard();
                isAnswered = true;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever went wrong, registering again tells both sides where they stand; nothing is lost by it.
                registration = null;
                isAnswered = false;
                LogAway(e.GetType().Name, e.Message);
                await Task.Delay(RetryInterval, time, stoppingToken);
            }
        }
        lifetime.StopApplication();
    }

    private async Task<RegisterReply> Register(IDeviceGrain device)
    {
        var reply = await device.Register(description, work?.Describe());
        watch.Registered(TimeSpan.FromSeconds(reply.GraceSeconds));
        options.MarkRegistered();
        work?.Acknowledge(reply.Running, reported: null);
        LogRegistered(reply.Session, work?.Assignment.Trial.Value ?? "nothing");
        return reply;
    }

    private async Task Pull(IDeviceGrain device, long session)
    {
        if (await device.NextWork(session, Patience) is not { } assignment) return;
        var running = new RunningWork(assignment);
        work = running;
        // Asked after it can be seen: a request meanwhile interrupts it here or there.
        if (end.Requested.IsCancellationRequested) InterruptWork();
        training.Give(running);
    }

    private async Task Report(IDeviceGrain device, long session, RunningWork running, CancellationToken stopping)
    {
        await running.News.WaitAsync(ReportInterval, stopping);
        var ended = running.HasEnded;
        var report = running.Report();
        var reply = await device.Report(session, report);
        running.Acknowledge(reply, report);
        if (!ended) return;
        work = null;
        running.Dispose();
    }

    private void InterruptWork()
    {
        if (work is { } running) running.Order = SegmentOrder.Interrupt;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered (session {Session}), training {Trial}")]
    private partial void LogRegistered(long session, string trial);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control side does not answer ({Type}: {Reason})")]
    private partial void LogAway(string type, string reason);
}
