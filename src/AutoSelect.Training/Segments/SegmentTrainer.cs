using System.Runtime.InteropServices;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Workloads;
using TorchSharp;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Trains segments on one device. The last trial stays in memory, so that a segment that goes on with it needs no loading; data is loaded
/// once for all trials of a workload. Not thread-safe: call from one dedicated thread, since dispose scopes and grad mode are thread-local
/// and libtorch's generator is process-wide.
/// </summary>
public sealed class SegmentTrainer : IDisposable
{
    // TorchSharp 0.107 makes a native number of a double or long that is given to an operator, and leaves it to the finalizer, which may
    // come before libtorch has read it.
    private const string TornScalar = "Unknown scalar type";

    private readonly StrategyCatalogue strategies;
    private readonly WorkloadCatalogue workloads;
    private readonly string dataDirectory;
    private readonly torch.Device device;
    private LoadedWorkload? loaded;
    private LiveTrial? live;

    /// <param name="strategies">What candidates may name, beside the strategies of a workload's own assembly.</param>
    /// <param name="workloads">What jobs may name.</param>
    /// <param name="dataDirectory">Folder in which downloaded data sets are kept.</param>
    /// <param name="device">Where to train. On a CPU libtorch is set to one thread, for the whole process.</param>
    public SegmentTrainer(StrategyCatalogue strategies, WorkloadCatalogue workloads, string dataDirectory, torch.Device device)
    {
        (this.strategies, this.workloads, this.dataDirectory, this.device) = (strategies, workloads, dataDirectory, device);
        if (device.type == DeviceType.CPU) torch.set_num_threads(1);
    }

    /// <summary>Loads a workload's data ahead of its first segment, so that no trial is charged for it.</summary>
    /// <exception cref="DataUnavailableException">The data cannot be had.</exception>
    public void Prepare(WorkloadReference workload) => Load(workload);

    /// <summary>True where the assignment goes on with the trial in memory, and reads no checkpoint.</summary>
    public bool Holds(SegmentAssignment assignment) => live?.Continues(assignment) == true;

    /// <summary>
    /// Trains a segment on the calling thread. Errors of the training code end the segment and are told in the report; none is thrown.
    /// </summary>
    /// <param name="assignment">What to train.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="ranks">
    /// The group that trains the segment together, formed as the assignment's placement says; null where it has none. Stays the caller's to
    /// dispose.
    /// </param>
    /// <returns>The last report of the segment, with its end; all points were handed to the observer.</returns>
    public SegmentReport Train(SegmentAssignment assignment, ISegmentObserver observer, TrainingRanks? ranks = null)
    {
        if ((assignment.Placement?.Size ?? 1) != (ranks?.Size ?? 1))
            throw new ArgumentException(
                $"The segment is for {assignment.Placement?.Size ?? 1} ranks, the group has {ranks?.Size ?? 1}.", nameof(ranks));
        var run = new SegmentRun(assignment, observer, device, ranks);
        SegmentOutcome outcome;
        try
        {
            outcome = run.Train(() => Take(assignment, ranks));
        }
        catch (RankLostException e)
        {
            outcome = new(SegmentEnd.RankLost, e.Message);
        }
        catch (CheckpointException e)
        {
            outcome = new(SegmentEnd.StorageFailed, e.Message);
        }
        catch (UnusableCheckpointException e)
        {
            outcome = new(SegmentEnd.CheckpointUnusable, e.Message);
        }
        catch (ExternalException e) when (e.Message.Contains(TornScalar, StringComparison.Ordinal))
        {
            outcome = new(SegmentEnd.DeviceLost,
                $"TorchSharp freed a number that libtorch was still reading (dotnet/TorchSharp#1434): {FirstLine(e)}");
        }
        catch (Exception e) when (IsOutOfMemory(e))
        {
            outcome = new(SegmentEnd.OutOfMemory,
                $"Batch size {assignment.Candidate.BatchSize} does not fit into the memory of {device}: {FirstLine(e)}");
        }
#pragma warning disable CA1031 // Strategies and workloads are other people's code: whatever they throw fails this trial and not the device.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome = new(SegmentEnd.Failed, $"{e.GetType().Name}: {e.Message}");
        }
        if (outcome.End is SegmentEnd.StorageFailed or SegmentEnd.OutOfMemory or SegmentEnd.Failed or SegmentEnd.DeviceLost
            or SegmentEnd.CheckpointUnusable) ranks?.Abort();
        if (outcome.End is SegmentEnd.BudgetReached or SegmentEnd.TargetReached or SegmentEnd.Interrupted
            && outcome.Reason.Length == 0 && ranks is null or { Rank: 0 })
        {
            live?.Leave();
            live?.Pause();
        }
        else Drop();
        return run.Report(outcome);
    }

    /// <summary>
    /// Writes the deliverable weights (raw or averaged, whichever is better on the validation data) in fp32 under the names of the model's
    /// state dictionary, and measures them on validation and test data. Uses the trial in memory when the assignment's checkpoint is of its
    /// step, else loads it.
    /// </summary>
    /// <param name="assignment">The trial, with <see cref="SegmentAssignment.From"/> set to the checkpoint to export.</param>
    /// <param name="path">File to write; readable as safetensors from Python.</param>
    /// <exception cref="CheckpointException">The file could not be written.</exception>
    /// <exception cref="UnusableCheckpointException">The checkpoint is missing or corrupt.</exception>
    public FinalWeights Export(SegmentAssignment assignment, string path)
    {
        if (assignment.From is null)
            throw new ArgumentException("The assignment has no checkpoint: name the one to export.", nameof(assignment));
        var trial = Take(assignment with { Placement = null });
        trial.Resume();
        var data = loaded!.Data;
        var values = trial.Evaluate(data.Validation);
        var isAveraged = values.IsAveragedBetter(assignment.Direction);
        trial.ExportWeights(path, isAveraged);
        TrialValues? test = data.Test is null ? null : trial.Evaluate(data.Test);
        trial.Pause();
        return new FinalWeights
        {
            Uri = Path.GetFullPath(path),
            Value = values.Deliverable(assignment.Direction),
            TestValue = isAveraged ? test?.Averaged : test?.Raw,
            IsAveraged = isAveraged,
        };
    }

    /// <summary>Gives up the trial and the data in memory, for whoever needs the device now.</summary>
    public void Release()
    {
        Drop();
        loaded?.Dispose();
        loaded = null;
    }

    public void Dispose() => Release();

    private LiveTrial Take(SegmentAssignment assignment, TrainingRanks? ranks = null)
    {
        if (live is null || !live.Continues(assignment))
        {
            Drop();
            var workload = Load(assignment.Workload);
            var strategy = workload.Strategies[assignment.Candidate.Strategy];
            live = new LiveTrial(assignment, workload, strategy, device, ranks);
            if (assignment.From is { } from)
            {
                if (assignment.Predecessor is { } predecessor)
                    live.Continue(from, predecessor, RuleFor(strategy.Description, predecessor));
                else live.Load(from);
            }
        }
        return live;
    }

    private static ContinuationRule RuleFor(StrategyDescription strategy, Candidate predecessor) =>
        CandidateRules.Continuation(strategy, predecessor.Strategy)
        ?? throw new ArgumentException($"{strategy.Name} has no rule to go on from a checkpoint of {predecessor.Strategy}.");

    private LoadedWorkload Load(WorkloadReference workload)
    {
        if (loaded?.Is(workload) == true) return loaded;
        Drop();
        loaded?.Dispose();
        loaded = null;
        return loaded = new LoadedWorkload(workloads, strategies, workload, dataDirectory, device);
    }

    private void Drop()
    {
        if (live is null) return;
        live.Dispose();
        live = null;
        // Building a model leaves temporary tensors, whose native memory the collector does not see and so would not hurry to free.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static bool IsOutOfMemory(Exception e) => e is OutOfMemoryException
        || (e is ExternalException && (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)))
        || (e.InnerException is { } inner && IsOutOfMemory(inner));

    private static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0];
}
