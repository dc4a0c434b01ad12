using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AutoSelect.Grains;

/// <summary>
/// One device process as the control side sees it: hands out its work, forwards its reports, and tells the pool when it falls
/// silent. Keeps nothing over a restart: the device registers again and tells what it trains.
/// </summary>
[Reentrant]
internal sealed partial class DeviceGrain(TimeProvider time, LeaseOptions leases, ILogger<DeviceGrain> logger) : Grain, IDeviceGrain
{
    private DeviceId id;
    private long session;
    private long lastHeard;
    private SegmentAssignment? undelivered;
    private bool isHandedOut;
    private TaskCompletionSource arrival = NewArrival();

    private IDevicePoolGrain Pool => GrainFactory.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        id = new DeviceId(this.GetPrimaryKeyString());
        this.RegisterGrainTimer(CheckSilence, new GrainTimerCreationOptions(leases.Check, leases.Check) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running)
    {
        session = Math.Max(session + 1, time.GetUtcNow().UtcTicks);
        Heard();
        // Work that no process has seen is still to be done by whichever comes; what one has seen may be what ended it.
        var next = isHandedOut || undelivered?.LeaseToken == running?.LeaseToken ? null : undelivered;
        if (next is null) Delivered();
        var reply = new ReportReply { Order = SegmentOrder.Abandon, AcknowledgedStep = -1 };
        if (running is not null)
        {
            reply = await Job(running.Job).Report(new SegmentReport
            {
                Job = running.Job,
                Trial = running.Trial,
                LeaseToken = running.LeaseToken,
                Step = 0,
            });
        }
        var held = next is not null ? new Lease { Device = id, Job = next.Job, Token = next.LeaseToken }
            : running is not null && reply.Order != SegmentOrder.Abandon ? new Lease { Device = id, Job = running.Job, Token = running.LeaseToken }
            : null;
        await Pool.Join(device, held);
        LogRegistered(id, device.ProcessId, running?.Trial.Value ?? "nothing");
        return new RegisterReply
        {
            Session = session,
            LeaseSeconds = leases.Lease.TotalSeconds,
            GraceSeconds = leases.Grace.TotalSeconds,
            Running = reply,
        };
    }

    public async Task<SegmentAssignment?> NextWork(long session, TimeSpan patience)
    {
        Check(session);
        if (undelivered is null)
        {
            try
            {
                await arrival.Task.WaitAsync(patience, time);
            }
            catch (TimeoutException)
            {
                return null;
            }
            if (session != this.session) return null;
            Heard();
        }
        // Kept until its first report: a reply that got lost is simply asked for again.
        isHandedOut = undelivered is not null;
        return undelivered;
    }

    public async Task<ReportReply> Report(long session, SegmentReport report)
    {
        Check(session);
        if (undelivered?.LeaseToken == report.LeaseToken && undelivered.Trial == report.Trial) Delivered();
        var reply = await Job(report.Job).Report(report);
        Heard();
        return reply;
    }

    public Task Assign(SegmentAssignment assignment)
    {
        (undelivered, isHandedOut) = (assignment, false);
        arrival.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task CheckSilence(CancellationToken cancellationToken)
    {
        if (session == 0 || time.GetElapsedTime(lastHeard) <= leases.Lease) return;
        session = 0;
        Delivered();
        await Pool.Leave(id, $"silent for over {leases.Lease.TotalSeconds:0.#} s");
        DeactivateOnIdle();
    }

    private void Check(long caller)
    {
        if (caller != session)
            throw new StaleSessionException($"Session {caller} of device {id} is over; the one in force is {session}. The device must register again.");
        Heard();
    }

    private void Delivered()
    {
        (undelivered, isHandedOut) = (null, false);
        arrival = NewArrival();
    }

    private void Heard() => lastHeard = time.GetTimestamp();

    private IJobGrain Job(JobId job) => GrainFactory.GetGrain<IJobGrain>(job.Value);

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Device} registered (process {Process}), training {Trial}")]
    private partial void LogRegistered(DeviceId device, int process, string trial);
}
