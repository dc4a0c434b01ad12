using AutoSelect.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Device;

/// <summary>
/// The client side of a device: registers, pulls segments, reports their news, and registers again whenever the control side was
/// away. Training goes on meanwhile, until the grace given at registration is over by this process's own clock.
/// </summary>
internal sealed partial class DeviceLoop(
    IClusterClient client,
    ServeOptions options,
    TrainingThread training,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DeviceLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(.3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(.5);

    private readonly DeviceDescription description = options.Describe();
    private RunningWork? work;
    private RegisterReply? registration;
    private TimeSpan grace = TimeSpan.FromSeconds(60);
    private long lastHeard = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var device = client.GetGrain<IDeviceGrain>(options.Device.Value);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                registration ??= await Register(device);
                if (work is null) await Pull(device, registration.Session);
                else await Report(device, registration.Session, work, stoppingToken);
                lastHeard = time.GetTimestamp();
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever went wrong, registering again tells both sides where they stand; nothing is lost by it.
                registration = null;
                LogAway(e.GetType().Name, e.Message);
                await EndWhenOrphaned();
                await Task.Delay(RetryInterval, time, stoppingToken);
            }
        }
    }

    private async Task<RegisterReply> Register(IDeviceGrain device)
    {
        var reply = await device.Register(description, work?.Describe());
        grace = TimeSpan.FromSeconds(reply.GraceSeconds);
        work?.Acknowledge(reply.Running, reported: null);
        LogRegistered(reply.Session, work?.Assignment.Trial.Value ?? "nothing");
        return reply;
    }

    private async Task Pull(IDeviceGrain device, long session)
    {
        if (await device.NextWork(session, Patience) is not { } assignment) return;
        work = new RunningWork(assignment);
        training.Give(work);
    }

    private async Task Report(IDeviceGrain device, long session, RunningWork running, CancellationToken stopping)
    {
        await running.News.WaitAsync(ReportInterval, stopping);
        var ended = running.HasEnded;
        var report = running.Report();
        var reply = await device.Report(session, report);
        running.Acknowledge(reply, report);
        if (!ended) return;
        running.Dispose();
        work = null;
    }

    /// <summary>Nobody has asked for the device for longer than its grace: it stops training, and the process ends.</summary>
    private async Task EndWhenOrphaned()
    {
        if (time.GetElapsedTime(lastHeard) <= grace) return;
        LogOrphaned(grace.TotalSeconds);
        if (work is { } running)
        {
            running.Order = SegmentOrder.Interrupt;
            for (var i = 0; i < 60 && !running.HasEnded; i++) await Task.Delay(RetryInterval, time);
        }
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered (session {Session}), training {Trial}")]
    private partial void LogRegistered(long session, string trial);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control side does not answer ({Type}: {Reason})")]
    private partial void LogAway(string type, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No control side for over {Grace} s: this process ends")]
    private partial void LogOrphaned(double grace);
}
