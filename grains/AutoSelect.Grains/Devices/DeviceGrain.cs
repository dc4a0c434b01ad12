using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// One device process as the control side sees it: hands out its work, forwards its reports, and tells the pool when it falls silent. Keeps
/// nothing over a restart: the device registers again and tells what it trains, and its job gives it its work again.
/// </summary>
internal sealed partial class DeviceGrain(TimeProvider time, LeaseOptions leases, ILogger<DeviceGrain> logger) : Grain, IDeviceGrain
{
    private readonly Standstill standstill = new(time, leases.Lease / 2);
    private long session;
    private long lastHeard;
    private long newestToken;
    private SegmentAssignment? undelivered;
    private bool isHandedOut;
    private bool isTold;
    private int forwarding;
    private DeviceDescription? known;
    private TaskCompletionSource arrival = NewArrival();

    /// <summary>Silence that is borne: a client that trains elsewhere tells of it when it has something to tell.</summary>
    private TimeSpan LongestSilence => known?.Elsewhere is { } client && IsAtWork
        ? TimeSpan.FromSeconds(Math.Max(client.PatienceSeconds, leases.Lease.TotalSeconds)) : leases.Lease;

    private bool IsAtWork => isHandedOut || isTold;

    private DeviceId Id => new(this.GetPrimaryKeyString());
    private IDevicePoolGrain Pool => GrainFactory.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Heard();
        this.RegisterGrainTimer(_ => CheckSilence(), new GrainTimerCreationOptions(leases.Check, leases.Check) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running)
    {
        session = Math.Max(session + 1, time.GetUtcNow().UtcTicks);
        var own = session;
        forwarding++;
        try
        {
            return await Register(own, device, running);
        }
        finally
        {
            forwarding--;
            Heard();
        }
    }

    private async Task<RegisterReply> Register(long own, DeviceDescription device, RunningSegment? running)
    {
        var reply = new ReportReply { Order = SegmentOrder.Abandon, AcknowledgedStep = -1 };
        if (running is not null)
        {
            reply = await Job(running.Job).Report(
                Id, new SegmentReport { Job = running.Job, Trial = running.Trial, LeaseToken = running.LeaseToken, Step = 0 });
            Accepted(running.LeaseToken, reply);
        }
        // Only now is looked at what waits for the process: more may have come meanwhile. Work that no process has seen is still to be done
        // by whichever comes; what another has seen may be what ended it. The same one has not got the reply that it was in: it would say
        // that it trains it.
        var isOthers = isHandedOut && known?.IsSameProcess(device) != true;
        if (undelivered?.LeaseToken is { } token && (isOthers || token == running?.LeaseToken)) Delivered();
        known = device;
        await Pool.Join(device, undelivered?.LeaseToken ?? (reply.Order == SegmentOrder.Abandon ? null : running?.LeaseToken));
        LogRegistered(Id, device.ProcessId, running?.Trial.Value ?? "nothing");
        return new RegisterReply
        {
            Session = own,
            LeaseSeconds = leases.Lease.TotalSeconds,
            GraceSeconds = leases.Grace.TotalSeconds,
            Running = reply,
        };
    }

    public async Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience)
    {
        if (session == 0 || isTold) await Register(device with { Instance = Guid.NewGuid() }, running: null);
        isTold = false;
        return await NextWork(session, patience);
    }

    public async Task<TellReply> Tell(DeviceDescription device, TellCall tell)
    {
        var job = device.Elsewhere!.Job;
        if (session == 0)
            await Register(device, new RunningSegment { Job = job, Trial = tell.Trial, LeaseToken = tell.Token });
        if (undelivered?.LeaseToken == tell.Token) Delivered();
        isTold = true;
        forwarding++;
        try
        {
            var reply = await Job(job).Tell(Id, tell);
            newestToken = Math.Max(newestToken, tell.Token);
            isTold = reply.Order is TellOrder.Continue or TellOrder.Pause;
            return reply;
        }
        finally
        {
            forwarding--;
            Heard();
        }
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
        if (undelivered?.LeaseToken == report.LeaseToken) Delivered();
        forwarding++;
        try
        {
            var reply = await Job(report.Job).Report(Id, report);
            Accepted(report.LeaseToken, reply);
            return reply;
        }
        catch (ForeignLeaseException) when (report.LeaseToken == newestToken)
        {
            // The process drops it: if the job means it after all, it says so again.
            newestToken = 0;
            throw;
        }
        finally
        {
            forwarding--;
            Heard();
        }
    }

    public async Task Leave(long session)
    {
        Check(session);
        // First: where that fails, the process can say it again.
        await Pool.Leave(Id, "its process took leave", isBlameless: true);
        this.session = 0;
        Delivered();
        DeactivateOnIdle();
    }

    public Task Assign(SegmentAssignment assignment)
    {
        // Said again to make up for a loss: what the process has, or had, it is not given twice.
        if (assignment.LeaseToken <= newestToken) return Task.CompletedTask;
        (newestToken, undelivered, isHandedOut) = (assignment.LeaseToken, assignment, false);
        arrival.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task CheckSilence()
    {
        lastHeard += standstill.Look();
        var isSilent = forwarding == 0 && time.GetElapsedTime(lastHeard) > LongestSilence;
        if (session == 0)
        {
            if (isSilent) DeactivateOnIdle();
            return;
        }
        // A device that waits for its job to take a report in, or to be registered, is not silent.
        if (!isSilent)
        {
            // The pool was started anew and knows of no such device: the process is to register again. Of one that is just registering the
            // pool may not know yet.
            var (own, isRegistering) = (session, forwarding > 0);
            if (!await Pool.Heard(Id) && !isRegistering && own == session) session = 0;
            return;
        }
        // Whoever speaks meanwhile has to register again, and gets nothing of what goes with the lease.
        var (silent, lost) = (session, undelivered?.LeaseToken);
        session = 0;
        try
        {
            // A client that asks no more, and has nothing, did no harm.
            var reason = $"silent for over {LongestSilence.TotalSeconds:0.#} s";
            if (known?.Elsewhere is not null && !IsAtWork) await Pool.Leave(Id, reason, isBlameless: true);
            else await Pool.Silent(Id, reason);
        }
        catch when (session == 0)
        {
            // The next check tells again.
            session = silent;
            throw;
        }
        if (undelivered is { } work && work.LeaseToken == lost)
        {
            // If the job means it after all, it says so again.
            newestToken = 0;
            Delivered();
        }
        if (session != 0) return;
        isTold = false;
        DeactivateOnIdle();
    }

    private void Check(long caller)
    {
        if (caller != session)
            throw new StaleSessionException(
                $"Session {caller} of device {Id} is over; the one in force is {session}. The device must register again.");
        Heard();
    }

    /// <summary>
    /// The job has given the process that segment: it is said again, where it was said again meanwhile, to nobody. What a process only
    /// says that it has counts for nothing.
    /// </summary>
    private void Accepted(long token, ReportReply reply)
    {
        if (reply.Order == SegmentOrder.Abandon) return;
        newestToken = Math.Max(newestToken, token);
        if (undelivered?.LeaseToken == token) Delivered();
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
