using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>The segment trainer, segment after segment on the trial in memory. Timed from the first poll of orders to the last: all the
/// loop does, but no checkpoint, as the bare loop writes none.</summary>
internal sealed class TrainerRun(string workload, double evaluationsPerEpoch = .001) : IDisposable, ISegmentObserver
{
    private readonly string folder = Directory.CreateTempSubdirectory("autoselect-overhead").FullName;
    private readonly SegmentTrainer trainer = new(
        new StrategyCatalogue(typeof(Sgd).Assembly), new WorkloadCatalogue(), Path.GetTempPath(), CPU);
    private Checkpoint? checkpoint;
    private long polls;
    private long lastPoll;
    private (double Cpu, long Wall) first;
    private (double Cpu, double Wall) taken;

    /// <summary>Seconds of the last segment's checkpoint and bookkeeping.</summary>
    public double OverheadSeconds { get; private set; }

    public SegmentOrder Order
    {
        get
        {
            polls++;
            if (polls == 1) first = (ThreadCpuClock.Seconds, Stopwatch.GetTimestamp());
            else if (polls == lastPoll) taken = (ThreadCpuClock.Seconds - first.Cpu, Stopwatch.GetElapsedTime(first.Wall).TotalSeconds);
            return SegmentOrder.Continue;
        }
    }

    public (double Cpu, double Wall) Train(int steps)
    {
        (polls, lastPoll) = (0, steps + 1);
        var until = (checkpoint?.Step ?? 0) + steps;
        var report = trainer.Train(TrainingOverhead.Assignment(workload, checkpoint, until, evaluationsPerEpoch, folder), this);
        if (report.End != SegmentEnd.BudgetReached) throw new InvalidOperationException(report.Reason);
        (checkpoint, OverheadSeconds) = (report.Checkpoint, report.OverheadSeconds);
        return taken;
    }

    public void OnPoint(CurvePoint point) { }

    public void OnCheckpoint(Checkpoint checkpoint) { }

    public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }

    public void Dispose()
    {
        trainer.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
