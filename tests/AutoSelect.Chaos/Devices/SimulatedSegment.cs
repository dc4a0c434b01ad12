using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>
/// A segment in simulated training: takes real time, keeps points and a checkpoint until they are acknowledged, as a device process does.
/// It knows no clock and no network.
/// </summary>
/// <param name="work">What to train.</param>
/// <param name="secondsPerStep">What a step takes, in seconds.</param>
/// <param name="evaluateEvery">Steps between two points; default 25.</param>
internal sealed class SimulatedSegment(SegmentAssignment work, double secondsPerStep, long evaluateEvery = 25)
{
    /// <summary>A process that was stopped has not trained meanwhile.</summary>
    private const double LongestAdvance = 1;

    private readonly SimulatedCurve curve = new(work.Candidate, secondsPerStep);
    private readonly List<CurvePoint> unacknowledged = [];
    private readonly long begin = work.From?.Step ?? 0;
    private double trained;
    private double sinceCheckpoint;
    private Checkpoint? unstored;
    private SegmentEnd end;
    private string reason = "";

    public SegmentAssignment Work => work;

    public long Step { get; private set; } = work.From?.Step ?? 0;

    public bool HasEnded => end != SegmentEnd.None;

    /// <summary>Training seconds so far.</summary>
    public double Seconds => (Step - begin) * secondsPerStep;

    public RunningSegment Describe() => new() { Job = work.Job, Trial = work.Trial, LeaseToken = work.LeaseToken };

    /// <summary>Trains for some seconds, at most to the end of the segment.</summary>
    public void Advance(double seconds)
    {
        if (HasEnded) return;
        seconds = Math.Min(seconds, LongestAdvance);
        (trained, sinceCheckpoint) = (trained + seconds, sinceCheckpoint + seconds);
        var target = Math.Min(work.UntilStep, begin + (long)(trained / secondsPerStep));
        while (Step < target && !HasEnded)
        {
            Step++;
            if (Step % evaluateEvery == 0 || Step == work.HorizonSteps) Measure();
        }
        if (!HasEnded && Step >= work.UntilStep) Finish(SegmentEnd.BudgetReached, "");
        else if (!HasEnded && sinceCheckpoint >= work.CheckpointEverySeconds) Save();
    }

    /// <summary>Ends it as it is told to.</summary>
    public void Obey(SegmentOrder order)
    {
        if (HasEnded || order == SegmentOrder.Continue) return;
        if (order == SegmentOrder.Interrupt) Finish(SegmentEnd.Interrupted, "told to end");
        else (end, reason) = (SegmentEnd.Interrupted, "told to give up");
    }

    public SegmentReport Report() => new()
    {
        Job = work.Job,
        Trial = work.Trial,
        LeaseToken = work.LeaseToken,
        Step = Step,
        Points = [.. unacknowledged],
        Checkpoint = unstored,
        DeviceSeconds = Seconds,
        StepTime = Step == begin ? null : new StepTime
        {
            Steps = Step - begin,
            LowerQuartileSeconds = secondsPerStep,
            MeanSeconds = secondsPerStep,
            StandardErrorSeconds = secondsPerStep / 100,
        },
        End = end,
        Reason = reason,
        Final = end == SegmentEnd.BudgetReached && work.ExportTo is { } path
            ? new FinalWeights { Uri = path, Value = curve.Value(Step), IsAveraged = false } : null,
    };

    /// <summary>Takes in the answer to a report.</summary>
    public void Acknowledge(SegmentReport reported, ReportReply reply)
    {
        unacknowledged.RemoveAll(p => p.Step <= reply.AcknowledgedStep);
        if (reported.Checkpoint is not { } stored || reply.Order == SegmentOrder.Abandon) return;
        if (unstored == stored && !HasEnded) unstored = null;
        SimulatedCheckpoint.RemoveBefore(work.Folder, stored.Step, work.LeaseToken);
    }

    private void Measure()
    {
        var point = curve.Point(Step, work.LeaseToken);
        unacknowledged.Add(point);
        if (work.StopsAt(point.Value)) Finish(SegmentEnd.TargetReached, "");
    }

    private void Finish(SegmentEnd how, string why)
    {
        if (Save() && WriteWeights()) (end, reason) = (how, why);
    }

    private bool WriteWeights()
    {
        if (work.ExportTo is not { } path) return true;
        return Try(() => Current.WriteFile(path));
    }

    private bool Save()
    {
        sinceCheckpoint = 0;
        return Try(() => unstored = Current.Write(work.Folder));
    }

    private SimulatedCheckpoint Current => new(work.Job, work.Trial, Step, work.LeaseToken);

    private bool Try(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (end, reason) = (SegmentEnd.StorageFailed, e.Message);
            return false;
        }
    }
}
