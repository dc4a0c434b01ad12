using System.Collections.Concurrent;
using System.Diagnostics;
using AutoSelect.Checkpoints;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Device.Checkpoints;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Programs;
using AutoSelect.Training.Programs.Ranks;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Segments;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace AutoSelect.Device;

/// <summary>The one thread that touches libtorch: dispose scopes and gradient mode belong to a thread.</summary>
internal sealed partial class TrainingThread(
    ServeOptions options, RankMeeting meeting, TimeProvider time, ILogger<TrainingThread> logger) : IDisposable
{
    public const string ActivityName = "AutoSelect.Device";

    private static readonly ActivitySource Activities = new(ActivityName);
    private readonly BlockingCollection<RunningWork> inbox = new(1);
    private readonly Dictionary<string, GroupMeasurement> measured = [];
    private readonly CheckpointStores stores = new();
    private CheckpointCache? cache;
    private Thread? thread;

    public void Start()
    {
        thread = new Thread(Loop) { IsBackground = true, Name = "training" };
        thread.Start();
    }

    /// <summary>True while it runs, also after it was asked to end.</summary>
    public bool IsAlive => thread?.IsAlive == true;

    public void Give(RunningWork work) => inbox.Add(work);

    public void Dispose()
    {
        inbox.CompleteAdding();
        thread?.Join(ProcessEnd.Patience);
        // What it still uses goes with the process.
        if (IsAlive) return;
        inbox.Dispose();
        stores.Dispose();
        cache?.Dispose();
    }

    private void Loop()
    {
        if (options.Link is { } link) LogSimulatedLink(link);
        SweepLeftovers();
        using var trainer = new SegmentTrainer(
            new StrategyCatalogue(typeof(Sgd).Assembly), new WorkloadCatalogue(), options.DataDirectory, TorchDevice());
        LogReady();
        foreach (var work in inbox.GetConsumingEnumerable())
        {
            var assignment = work.Assignment;
            using var activity = Activities.StartActivity("segment", ActivityKind.Consumer, assignment.TraceParent);
            activity?.SetTag("autoselect.job", assignment.Job.Value).SetTag("autoselect.trial", assignment.Trial.Value)
                .SetTag("autoselect.strategy", assignment.Candidate.Strategy).SetTag("autoselect.rung", assignment.Rung);
            LogStarted(assignment.Job, assignment.Trial, assignment.Candidate.Name, assignment.From?.Step ?? 0, assignment.UntilStep);
            SegmentReport report;
            try
            {
                if (options.Allowed.Broken(assignment.Workload) is { } broken)
                    throw new InvalidOperationException($"This device refuses the workload: {broken}");
                // Before the segment's clock starts, and before other ranks wait: the data belongs to the job, not to the trial that comes
                // first.
                if (assignment.Workload.Program is null) trainer.Prepare(assignment.Workload);
                else trainer.Release();
                using var remote = RemoteSegment.IsNeeded(assignment) ? Remote(work) : null;
                report = remote is null ? Train(trainer, work, assignment, work)
                    : remote.Run(trainer.Holds(assignment), (local, observer) => Train(trainer, work, local, observer));
            }
#pragma warning disable CA1031 // Whatever happens while preparing or exporting fails this segment, not the device.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(assignment.Job, assignment.Trial, e);
                report = work.Report() with
                {
                    End = e switch
                    {
                        CheckpointException => SegmentEnd.StorageFailed,
                        UnusableCheckpointException => SegmentEnd.CheckpointUnusable,
                        _ => SegmentEnd.Failed,
                    },
                    Reason = e.Message,
                };
            }
            activity?.SetTag("autoselect.end", report.End.ToString());
            LogEnded(assignment.Job, assignment.Trial, report.End, report.Step, report.Reason);
            work.Ended(report);
        }
    }

    /// <summary>Before anything is trained: programs that a crashed process left behind still hold its device.</summary>
    private void SweepLeftovers()
    {
        try
        {
            cache = new CheckpointCache(options.TemporaryFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever needs the folder will say so.
        }
    }

    private RemoteSegment Remote(RunningWork work) => new(work, stores, LocalFolder(work.Assignment), time);

    /// <summary>A folder of this machine for files of a trial.</summary>
    private string LocalFolder(SegmentAssignment assignment)
    {
        try
        {
            cache ??= new CheckpointCache(options.TemporaryFolder);
            return cache.Folder(assignment.Job, assignment.Trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"There is no folder for local files in {options.TemporaryFolder} (TMPDIR): {e.Message}", e);
        }
    }

    /// <param name="trainer">Trains.</param>
    /// <param name="work">The segment as the control side gave it.</param>
    /// <param name="assignment">The segment in terms of files that training can open.</param>
    /// <param name="observer">Who is told.</param>
    private SegmentReport Train(SegmentTrainer trainer, RunningWork work, SegmentAssignment assignment, ISegmentObserver observer)
    {
        var placement = assignment.Placement is { Size: > 1 } several ? several : null;
        if (assignment.Workload.Program is not null)
        {
            SegmentReport Run(ProgramRanks? ranks) => new ProgramSegment(assignment, observer, Place(assignment), time, ranks).Train();
            return placement is null ? Run(null) : InGroup(work, placement, group => Run(new ProgramRanks(group, meeting.Host)));
        }
        var report = placement is null ? trainer.Train(assignment, observer) : InGroup(work, placement, group =>
        {
            using var cuda = Connect(group);
            return trainer.Train(assignment, observer, new TrainingRanks(group, new ExchangePlanner(group, measured), cuda));
        });
        return assignment.ExportTo is { } path && report.End is SegmentEnd.BudgetReached or SegmentEnd.TargetReached
            ? report with { Final = trainer.Export(assignment, path) } : report;
    }

    private ProgramPlace Place(SegmentAssignment assignment) =>
        new(LocalFolder(assignment), options.ProgramAccount, options.Kind == DeviceKind.Cuda ? options.Index : null);

    /// <summary>Trains with the other devices of a segment.</summary>
    private SegmentReport InGroup(RunningWork work, RankPlacement placement, Func<ProcessGroup, SegmentReport> train)
    {
        ProcessGroup group;
        try
        {
            // The thread has nothing else to do: its tensors belong to it and must not be touched by another.
            group = meeting.Form(placement, work.Ordered).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return work.Report() with { End = SegmentEnd.Interrupted };
        }
        catch (GroupNotFormedException e)
        {
            return work.Report() with { End = SegmentEnd.RankLost, Reason = e.Message };
        }
        using (group)
        {
            try
            {
                return train(group);
            }
            catch (RankLostException e)
            {
                return work.Report() with { End = SegmentEnd.RankLost, Reason = e.Message };
            }
        }
    }

    private CudaCollectives? Connect(ProcessGroup group)
    {
        var cuda = CudaCollectives.TryJoin(group, options.Kind == DeviceKind.Cuda ? options.Index : null, out var refusal);
        if (cuda is null && options.Kind == DeviceKind.Cuda) LogThroughHost(group.Rank, refusal);
        return cuda;
    }

    private torch.Device TorchDevice() => options.Kind == DeviceKind.Cuda ? torch.device(DeviceType.CUDA, options.Index) : torch.CPU;

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready to train")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} ({Candidate}), steps {From} to {Until}")]
    private partial void LogStarted(JobId job, TrialId trial, string candidate, long from, long until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} ended its segment: {End} at step {Step}. {Reason}")]
    private partial void LogEnded(JobId job, TrialId trial, SegmentEnd end, long step, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Rank {Rank}: gradients go through host memory, as there is no NCCL between the ranks' devices. {Reason}")]
    private partial void LogThroughHost(int rank, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The network between ranks is simulated: {Link}")]
    private partial void LogSimulatedLink(LinkSpeed link);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: {Trial} failed")]
    private partial void LogFailed(JobId job, TrialId trial, Exception exception);
}
