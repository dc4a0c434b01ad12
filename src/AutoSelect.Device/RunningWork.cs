using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Segments;

namespace AutoSelect.Device;

/// <summary>
/// One assignment in training: the mailbox between the training thread, which writes news, and the reporting loop, which takes it.
/// Points and a new checkpoint stay until the control side has acknowledged them: it stores whatever carries one.
/// </summary>
internal sealed class RunningWork(SegmentAssignment assignment) : ISegmentObserver, IDisposable
{
    private readonly Lock mutex = new();
    private readonly List<CurvePoint> unacknowledged = [];
    private SegmentReport latest = new()
    {
        Job = assignment.Job,
        Trial = assignment.Trial,
        LeaseToken = assignment.LeaseToken,
        Step = assignment.From?.Step ?? 0,
    };
    private readonly CancellationTokenSource ordered = new();
    private readonly CancellationTokenSource abandoned = new();
    private int order = (int)SegmentOrder.Continue;
    private long storedCheckpointStep = assignment.From?.Step ?? 0;
    private Checkpoint? acknowledged;
    private bool isDisposed;
    private string? fault;

    public SegmentAssignment Assignment { get; } = assignment;

    /// <summary>Set when there is something worth reporting at once: a point or the end.</summary>
    public SemaphoreSlim News { get; } = new(0);

    /// <summary>True once the last report is ready.</summary>
    public bool HasEnded { get; private set; }

    public SegmentOrder Order
    {
        get => (SegmentOrder)Volatile.Read(ref order);
        set
        {
            lock (mutex)
            {
                Volatile.Write(ref order, Math.Max(Volatile.Read(ref order), (int)value));
                if (isDisposed) return;
                if (Order != SegmentOrder.Continue) ordered.Cancel();
                if (Order == SegmentOrder.Abandon) abandoned.Cancel();
            }
        }
    }

    /// <summary>Cancelled by the first order to end.</summary>
    public CancellationToken Ordered => ordered.Token;

    /// <summary>Cancelled by the order to give the segment up.</summary>
    public CancellationToken Abandoned => abandoned.Token;

    /// <summary>Why checkpoints wait, while their store does not take or give them; empty while it does.</summary>
    public string StoreFault
    {
        get
        {
            lock (mutex) return latest.StoreFault;
        }
        set
        {
            lock (mutex) latest = latest with { StoreFault = Shortened(value) };
        }
    }

    /// <summary>The checkpoint the control side would go on from: older ones may be removed, this one not.</summary>
    public long StoredCheckpointStep => Volatile.Read(ref storedCheckpointStep);

    /// <summary>True once the control side has said that this segment was never given to this device.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>True while there are more points to tell than one report carries.</summary>
    public bool IsBehind
    {
        get
        {
            lock (mutex) return unacknowledged.Count > DeviceProtocol.ReportPoints;
        }
    }

    /// <summary>True once the control side could not take what it says.</summary>
    public bool HasFailed
    {
        get
        {
            lock (mutex) return fault is not null;
        }
    }

    public RunningSegment Describe() => new() { Job = Assignment.Job, Trial = Assignment.Trial, LeaseToken = Assignment.LeaseToken };

    public void OnPoint(CurvePoint p)
    {
        lock (mutex)
            if (fault is null) unacknowledged.Add(Fitted(p));
        News.Release();
    }

    public void OnCheckpoint(Checkpoint c)
    {
        lock (mutex)
        {
            // A segment that ends where it has just written one tells it again.
            if (c != acknowledged) latest = latest with { Checkpoint = c };
        }
    }

    public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime)
    {
        lock (mutex)
        {
            latest = latest with
            {
                Step = step,
                DeviceSeconds = deviceSeconds,
                EvaluationSeconds = evaluationSeconds,
                OverheadSeconds = overheadSeconds,
                StepTime = stepTime ?? latest.StepTime,
            };
        }
    }

    public void Ended(SegmentReport last)
    {
        lock (mutex)
        {
            latest = last with
            {
                Reason = Shortened(last.Reason),
                Points = [],
                Checkpoint = last.Checkpoint ?? latest.Checkpoint,
                StepTime = last.StepTime ?? latest.StepTime,
                StoreFault = "",
            };
            HasEnded = true;
        }
        News.Release();
    }

    /// <summary>Ends the segment, of which nothing will be reported any more.</summary>
    public void Refuse()
    {
        IsRefused = true;
        Order = SegmentOrder.Abandon;
    }

    /// <summary>
    /// Ends the segment as failed: the control side cannot take what it says, and would not take it the next time. Of its news only the end
    /// is told.
    /// </summary>
    public void Fail(string reason)
    {
        lock (mutex)
        {
            fault ??= Shortened(reason);
            unacknowledged.Clear();
        }
        Order = SegmentOrder.Abandon;
    }

    /// <summary>Later orders have no effect.</summary>
    public void Dispose()
    {
        lock (mutex)
        {
            isDisposed = true;
            ordered.Dispose();
            abandoned.Dispose();
        }
    }

    /// <summary>What is to be reported now. The last report stands for itself; others carry a checkpoint while it is news, and a step
    /// time only beside what is stored anyway. Points that are too many for it come first, the oldest before the others, and all else with
    /// the last of them.</summary>
    public SegmentReport Report()
    {
        lock (mutex)
        {
            if (fault is not null)
            {
                return new SegmentReport
                {
                    Job = Assignment.Job,
                    Trial = Assignment.Trial,
                    LeaseToken = Assignment.LeaseToken,
                    Step = Assignment.From?.Step ?? 0,
                    End = HasEnded ? SegmentEnd.Failed : SegmentEnd.None,
                    Reason = HasEnded ? fault : "",
                };
            }
            if (unacknowledged.Count > DeviceProtocol.ReportPoints)
            {
                return latest with
                {
                    Points = [.. unacknowledged.Take(DeviceProtocol.ReportPoints)],
                    Checkpoint = null,
                    StepTime = null,
                    End = SegmentEnd.None,
                    Reason = "",
                    Final = null,
                };
            }
            var isStored = HasEnded || unacknowledged.Count > 0 || latest.Checkpoint is not null;
            return latest with { Points = [.. unacknowledged], StepTime = isStored ? latest.StepTime : null };
        }
    }

    /// <summary>Takes in the answer to a report.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="reported">The report, which is stored now; null when it was a registration.</param>
    public void Acknowledge(ReportReply reply, SegmentReport? reported)
    {
        Order = reply.Order;
        lock (mutex)
        {
            unacknowledged.RemoveAll(p => p.Step <= reply.AcknowledgedStep);
            // A segment that is given up is not stored.
            if (reported?.Checkpoint is not { } stored || reply.Order == SegmentOrder.Abandon) return;
            Volatile.Write(ref storedCheckpointStep, stored.Step);
            acknowledged = stored;
            if (!HasEnded && latest.Checkpoint == stored) latest = latest with { Checkpoint = null };
        }
    }

    /// <summary>A point with no more figures than are taken: none is worth the segment.</summary>
    private static CurvePoint Fitted(CurvePoint p) =>
        p.Diagnostics is not { } figures
        || (figures.Count <= DeviceProtocol.Figures && figures.Keys.All(k => k.Length <= DeviceProtocol.FigureName)) ? p
        : p with
        {
            Diagnostics = figures.Where(f => f.Key.Length <= DeviceProtocol.FigureName).Take(DeviceProtocol.Figures)
                .ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

    private static string Shortened(string text) =>
        text.Length <= DeviceProtocol.ReasonLength ? text : text[..DeviceProtocol.ReasonLength];
}
