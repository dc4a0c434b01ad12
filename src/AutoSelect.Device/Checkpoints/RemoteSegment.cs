using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;

namespace AutoSelect.Device.Checkpoints;

/// <summary>
/// A segment whose checkpoints are in a store that is no folder. Training sees local files: the checkpoint to go on from is fetched before
/// it begins, new ones are brought to the store meanwhile, and the control side is told of what the store has.
/// </summary>
/// <param name="work">The segment as the control side gave it.</param>
/// <param name="stores">Opens its store.</param>
/// <param name="folder">For local files.</param>
/// <param name="time">Clock of waits.</param>
internal sealed class RemoteSegment(RunningWork work, CheckpointStores stores, string folder, TimeProvider time)
    : ISegmentObserver, IDisposable
{
    /// <summary>
    /// The longest time that a segment waits for the store before it begins, and after it has trained. Below the time after which the
    /// control side takes a device that was told to end for lost.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SegmentAssignment assignment = work.Assignment;
    private readonly CheckpointUploads uploads = new(
        stores, work.Assignment.Predecessor is null ? work.Assignment.From : null, new Audience(work), time);
    private double waitedSeconds;

    /// <summary>True where a segment's checkpoints have to be brought to and from their store.</summary>
    public static bool IsNeeded(SegmentAssignment assignment) => !CheckpointUri.IsPath(assignment.Folder);

    public SegmentOrder Order => work.Order;

    /// <summary>Local files are needed until the store has them.</summary>
    public long StoredCheckpointStep => uploads.OldestNeeded;

    private string ExportFolder => Path.Combine(folder, "export");

    /// <summary>Trains the segment.</summary>
    /// <param name="isHeld">True where its trial is in memory, so that no checkpoint is read.</param>
    /// <param name="train">Trains the segment that it is given, of local files.</param>
    /// <returns>The last report, of what the store has.</returns>
    /// <exception cref="CheckpointException">A file could not be written here.</exception>
    public SegmentReport Run(bool isHeld, Func<SegmentAssignment, ISegmentObserver, SegmentReport> train)
    {
        var began = time.GetTimestamp();
        var refusal = isHeld || assignment.From is not { } stored ? null : Fetch(stored).GetAwaiter().GetResult();
        waitedSeconds = time.GetElapsedTime(began).TotalSeconds;
        return Finish(refusal ?? train(Local(), this)).GetAwaiter().GetResult();
    }

    public void OnPoint(CurvePoint point) => work.OnPoint(point);

    public void OnCheckpoint(Checkpoint checkpoint)
    {
        // Told again where a segment ends where it began, or where it has just written one.
        if (uploads.Newest is { } newest && CheckpointUri.Name(newest.Uri) == CheckpointUri.Name(checkpoint.Uri)) work.OnCheckpoint(newest);
        else
            uploads.Add(Upload.OfCheckpoint(
                checkpoint, CheckpointUri.Below(assignment.Folder, CheckpointUri.Name(checkpoint.Uri)), isOwn: true));
    }

    public void OnBranch(Checkpoint checkpoint) => uploads.Add(Upload.OfCheckpoint(
        checkpoint, assignment.Branches.First(b => LocalBranch(b.Uri) == checkpoint.Uri).Uri, isOwn: false));

    public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) =>
        work.OnProgress(step, deviceSeconds, evaluationSeconds, overheadSeconds + waitedSeconds, stepTime);

    /// <summary>The segment in terms of local files.</summary>
    private SegmentAssignment Local() => assignment with
    {
        Folder = folder,
        // Its hash was checked as it came.
        From = assignment.From is { } stored ? stored with { Uri = LocalFile(stored.Uri), Sha256 = null, Before = null } : null,
        Branches = [.. assignment.Branches.Select(b => b with { Uri = LocalBranch(b.Uri) })],
        ExportTo = assignment.ExportTo is { } export ? Path.Combine(ExportFolder, CheckpointUri.Name(export)) : null,
    };

    private string LocalFile(string uri) => Path.Combine(folder, CheckpointUri.Name(uri));

    private string LocalBranch(string uri) => Path.Combine(folder, "branches", CheckpointUri.Name(uri));

    /// <returns>The last report where the checkpoint could not be had; null where it is there.</returns>
    private async Task<SegmentReport?> Fetch(Checkpoint from)
    {
        var (began, wait, corrupt) = (time.GetTimestamp(), new Backoff(), 0);
        while (true)
        {
            try
            {
                var (store, name) = stores.Locate(from.Uri);
                // Of another trial's state at a step only the store knows the length.
                await VerifiedDownload.Run(
                    store, name, LocalFile(from.Uri), from.Sha256 is null ? null : from.Bytes, from.Sha256, work.Ordered);
                work.StoreFault = "";
                return null;
            }
            catch (OperationCanceledException) when (work.Ordered.IsCancellationRequested)
            {
                return work.Report() with { End = SegmentEnd.Interrupted };
            }
            // What came once may have been damaged on its way.
            catch (CheckpointStoreException e) when (e.Fault == CheckpointStoreFault.Missing
                || (e.Fault == CheckpointStoreFault.Corrupt && ++corrupt > 1))
            {
                return work.Report() with { End = SegmentEnd.CheckpointUnusable, Reason = e.Message };
            }
            catch (CheckpointStoreException e) when (time.GetElapsedTime(began) < Patience)
            {
                work.StoreFault = e.Message;
            }
            catch (CheckpointStoreException e)
            {
                return work.Report() with { End = SegmentEnd.StorageFailed, Reason = e.Message };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException($"The checkpoint '{from.Uri}' could not be written to {folder}: {e.Message}", e);
            }
            await Task.Delay(wait.Next(), time, work.Ordered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<SegmentReport> Finish(SegmentReport report)
    {
        var began = time.GetTimestamp();
        string? fault = null;
        if (IsWorthKeeping(report))
        {
            if (report.Final is not null) await AddExported();
            fault = await uploads.Finish(Patience, work.Abandoned);
        }
        else await uploads.GiveUp();
        waitedSeconds += time.GetElapsedTime(began).TotalSeconds;
        report = report with { Checkpoint = uploads.Newest, OverheadSeconds = report.OverheadSeconds + waitedSeconds };
        if (fault is not null && report.End is SegmentEnd.BudgetReached or SegmentEnd.TargetReached or SegmentEnd.Interrupted)
            return report with
            {
                End = work.Order == SegmentOrder.Abandon ? SegmentEnd.Interrupted : SegmentEnd.StorageFailed,
                Reason = $"What the segment has written at step {report.Step} is not in its store: {fault}",
                Final = null,
            };
        return report.Final is { } final ? report with { Final = final with { Uri = assignment.ExportTo! } } : report;
    }

    private async Task AddExported()
    {
        // Of a program it is a folder.
        foreach (var path in Directory.EnumerateFiles(ExportFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            var digest = await FileDigest.Compute(file, CancellationToken.None);
            var uri = CheckpointUri.Below(CheckpointUri.Parent(assignment.ExportTo!), Path.GetRelativePath(ExportFolder, path));
            uploads.Add(new Upload(path, uri, digest, Checkpoint: null));
        }
    }

    private bool IsWorthKeeping(SegmentReport report) => work.Order != SegmentOrder.Abandon
        && report.End is not (SegmentEnd.Diverged or SegmentEnd.OutOfMemory or SegmentEnd.Failed or SegmentEnd.CheckpointUnusable);

    /// <summary>Gives up what is still on its way.</summary>
    public void Dispose() => uploads.Dispose();

    private sealed class Audience(RunningWork work) : IUploadAudience
    {
        public long StoredCheckpointStep => work.StoredCheckpointStep;

        public void OnStored(Checkpoint checkpoint) => work.OnCheckpoint(checkpoint);

        public void OnStoreFault(string reason) => work.StoreFault = reason;
    }
}
