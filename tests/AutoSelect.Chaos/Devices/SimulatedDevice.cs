using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>
/// A simulated device as a process of its own: speaks the device's HTTP protocol and writes small checkpoints, but trains made-up curves.
/// One with <see cref="SimulatedDeviceOptions.ZombieReports"/> ignores its revocation for a while.
/// </summary>
internal sealed class SimulatedDevice(SimulatedDeviceOptions options) : IDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(.5);

    private readonly HistoryFile history = new(options.Histories, options.Device.Value);
    private readonly DeviceHttp http = new(options.Servers, options.Key, options.Device);
    private RegisterReply? registration;
    private SimulatedSegment? segment;
    private double advancedAt;
    private double heardAt = HistoryFile.Now;
    private int zombieReports;

    private DeviceDescription Description { get; } = SimulatedDescription.Of(options.Device) with { Instance = Guid.NewGuid() };

    private bool IsZombie => zombieReports > 0;

    /// <summary>Works until it is told to end; then it takes its leave.</summary>
    public async Task Run(CancellationToken ct)
    {
        history.Add(history.New(EntryKind.Note, Whats.Run) with { Device = options.Device, Reason = "simulated device" });
        while (!ct.IsCancellationRequested)
        {
            try
            {
                registration ??= await Register(ct);
                if (segment is null) await Pull(registration.Session, ct);
                else await Report(registration.Session, segment, ct);
                heardAt = HistoryFile.Now;
            }
            catch (ForeignLeaseException e)
            {
                GiveUp(e.Message);
            }
            catch (HttpRequestException)
            {
                registration = null;
                await Bear(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Told to end.
            }
        }
        await Leave();
    }

    public void Dispose()
    {
        http.Dispose();
        history.Dispose();
    }

    private async Task<RegisterReply> Register(CancellationToken ct)
    {
        var asked = history.Add(history.New(EntryKind.Asked, Whats.Register) with
        {
            Device = options.Device,
            Token = segment?.Work.LeaseToken,
            Target = http.Server.ToString(),
        });
        var reply = await Answered(asked, () => http.Register(Description, segment?.Describe(), ct), (e, r) => e with
        {
            Number = r.Session,
            Order = r.Running.Order,
        });
        if (segment is { } running) Take(running, null, reply.Running);
        return reply;
    }

    private async Task Pull(long session, CancellationToken ct)
    {
        if (await http.NextWork(session, ct) is not { } work) return;
        var fault = SimulatedCheckpoint.Fault(work);
        history.Add(history.New(EntryKind.Done, Whats.Work) with
        {
            Device = options.Device,
            Job = work.Job,
            Trial = work.Trial,
            Token = work.LeaseToken,
            Checkpoint = work.From?.Step,
            Step = work.From?.Step ?? 0,
        });
        if (fault is not null)
        {
            history.Add(history.New(EntryKind.Note, Whats.BadCheckpoint) with
            {
                Job = work.Job,
                Trial = work.Trial,
                Token = work.LeaseToken,
                Reason = fault,
            });
        }
        segment = new SimulatedSegment(work, options.SecondsPerStep);
        advancedAt = HistoryFile.Now;
    }

    private async Task Report(long session, SimulatedSegment running, CancellationToken ct)
    {
        await Task.Delay(options.ReportEvery, ct);
        running.Advance(HistoryFile.Now - advancedAt);
        advancedAt = HistoryFile.Now;
        var (report, hasEnded) = (running.Report(), running.HasEnded);
        var asked = history.Add(history.New(EntryKind.Asked, Whats.Report) with
        {
            Device = options.Device,
            Job = report.Job,
            Trial = report.Trial,
            Token = report.LeaseToken,
            Step = report.Step,
            Points = [.. report.Points.Select(p => p.Step)],
            Checkpoint = report.Checkpoint?.Step,
            End = report.End,
            Seconds = report.DeviceSeconds,
            IsZombie = IsZombie ? true : null,
        });
        var reply = await Answered(asked, () => http.Report(session, report, ct), (e, r) => e with
        {
            Order = r.Order,
            Acknowledged = r.AcknowledgedStep,
        });
        Take(running, report, reply);
        if (hasEnded) (segment, zombieReports) = (null, 0);
    }

    private void Take(SimulatedSegment running, SegmentReport? report, ReportReply reply)
    {
        if (reply.Order == SegmentOrder.Abandon && options.ZombieReports > 0 && !running.HasEnded)
        {
            zombieReports = zombieReports == 0 ? options.ZombieReports : zombieReports - 1;
            // The last one obeys.
            if (zombieReports > 0) return;
        }
        if (report is not null) running.Acknowledge(report, reply);
        running.Obey(reply.Order);
    }

    /// <summary>Waits before the next attempt; stops by its own clock when the control side has been away for too long.</summary>
    private async Task Bear(CancellationToken ct)
    {
        if (segment is { } training)
        {
            // What it has is kept until somebody hears of it: who forgets a segment without a word leaves its job waiting for ever.
            if (HistoryFile.Now - heardAt > 60) training.Obey(SegmentOrder.Interrupt);
            training.Advance(HistoryFile.Now - advancedAt);
            advancedAt = HistoryFile.Now;
        }
        try
        {
            await Task.Delay(RetryEvery, ct);
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private void GiveUp(string reason)
    {
        if (segment is { } running)
        {
            history.Add(history.New(EntryKind.Note, Whats.GivenUp) with
            {
                Device = options.Device,
                Job = running.Work.Job,
                Trial = running.Work.Trial,
                Token = running.Work.LeaseToken,
                Reason = reason,
            });
        }
        (segment, zombieReports) = (null, 0);
    }

    private async Task<T> Answered<T>(HistoryEntry asked, Func<Task<T>> call, Func<HistoryEntry, T, HistoryEntry> describe)
    {
        try
        {
            var answer = await call();
            history.Answer(asked, EntryKind.Done, e => describe(e, answer));
            return answer;
        }
        catch (Exception e)
        {
            // A refusal may come after the report has been taken in.
            history.Answer(asked, EntryKind.Unknown, a => a with { Reason = e.Message });
            throw;
        }
    }

    private async Task Leave()
    {
        if (registration is not { } left) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await http.Leave(left.Session, patience.Token);
            history.Add(history.New(EntryKind.Done, Whats.Leave) with { Device = options.Device });
        }
        catch (HttpRequestException)
        {
            // It will be missed.
        }
    }
}
