using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>Makes one file of a folder that a program has filled; as <see cref="ProgramCheckpoint.Write"/>.</summary>
internal delegate WrittenFile PackFolder(string path, string folder, ProgramManifest manifest, bool isAnswer, CancellationToken ct);

/// <summary>
/// Makes checkpoints of the folders that a program has filled, one after another, beside the thread of the segment, which takes them over:
/// only then they count. Of those that are filled while one is packed the newest comes next, and the others are removed.
/// </summary>
/// <param name="workspace">Where the program fills them.</param>
/// <param name="checkpoints">Gets the checkpoints.</param>
/// <param name="observer">Told of each that is taken over.</param>
/// <param name="pack">Packs one, on another thread.</param>
/// <param name="onPacked">Told on another thread when there is something to take over.</param>
internal sealed class ProgramPacking(
    ProgramWorkspace workspace, CheckpointFolder checkpoints, ISegmentObserver observer, PackFolder pack, Action onPacked) : IDisposable
{
    /// <summary>How often it is asked, when the segment is at its end, whether what is packed is still wanted.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(.1);

    private readonly CancellationTokenSource givenUp = new();
    private Filled? next;
    private Task<Packed>? packing;
    private Task removal = Task.CompletedTask;

    private sealed record Filled(string Folder, ProgramManifest Manifest, bool IsAnswer);

    private sealed record Packed(Filled From, string Path, WrittenFile Written);

    /// <summary>True while there is something to pack or to take over.</summary>
    public bool IsBusy => packing is not null;

    /// <summary>Has a folder packed that the program has filled with a checkpoint; it is removed once that is taken over.</summary>
    /// <param name="folder">As the program says it.</param>
    /// <param name="manifest">What is kept with it.</param>
    /// <exception cref="ProtocolBrokenException">It is no folder in the place for checkpoints.</exception>
    public void Add(string folder, ProgramManifest manifest) =>
        Add(new Filled(ProgramFolder.Within(folder, workspace.Checkpoints), manifest, IsAnswer: false));

    /// <summary>Has the program's working folder packed, at its end.</summary>
    /// <param name="manifest">What is kept with it.</param>
    public void AddAnswer(ProgramManifest manifest) => Add(new Filled(workspace.Work, manifest, IsAnswer: true));

    /// <summary>Takes over what is packed; does not wait for it.</summary>
    /// <returns>True where a checkpoint was taken over.</returns>
    /// <exception cref="ProtocolBrokenException">The folder holds what a checkpoint cannot.</exception>
    /// <exception cref="CheckpointException">It cannot be made durable; an earlier one is intact.</exception>
    public bool TakeOver()
    {
        if (packing is not { IsCompleted: true } done) return false;
        packing = null;
        var (from, path, written) = done.GetAwaiter().GetResult();
        observer.OnCheckpoint(checkpoints.Add(path, from.Manifest.Step, written));
        checkpoints.Prune(observer.StoredCheckpointStep);
        Remove(from);
        Start();
        return true;
    }

    /// <summary>
    /// Waits for all that is to be packed and takes it over: what the program had handed over before the segment ended counts. It is given
    /// up, and nothing of it left, where the segment is abandoned. Where it fails, the segment has ended for another reason already.
    /// </summary>
    public void Dispose()
    {
        while (packing is not null)
        {
            if (observer.Order == SegmentOrder.Abandon)
            {
                next = null;
                givenUp.Cancel();
            }
            Task.WaitAny([packing], Look);
            try
            {
                TakeOver();
            }
            catch (Exception e) when (e is OperationCanceledException or ProtocolBrokenException or CheckpointException)
            {
                next = null;
            }
        }
        Task.WaitAny(removal);
        givenUp.Dispose();
    }

    private void Add(Filled filled)
    {
        if (next is { } replaced && replaced.Folder != filled.Folder) Remove(replaced);
        next = filled;
        Start();
    }

    private void Start()
    {
        if (packing is not null || next is not { } filled) return;
        next = null;
        packing = Task.Factory.StartNew(() => Pack(filled), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = packing.ContinueWith(_ => onPacked(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private Packed Pack(Filled filled)
    {
        var path = checkpoints.PathOf(filled.Manifest.Step, ProgramCheckpoint.Extension);
        return new(filled, path, pack(path, filled.Folder, filled.Manifest, filled.IsAnswer, givenUp.Token));
    }

    /// <summary>What cannot be removed counts in what the program's folders may hold, and goes with them.</summary>
    private void Remove(Filled filled)
    {
        if (filled.IsAnswer) return;
        removal = removal.ContinueWith(
            _ => workspace.Remove(filled.Folder), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
    }
}
