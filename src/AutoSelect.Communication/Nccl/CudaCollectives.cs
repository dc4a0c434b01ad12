using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>
/// Collectives between the CUDA devices of a group's ranks by NCCL, on a stream of their own. Events order it against the default stream,
/// on which libtorch works, so that nothing waits on the host but <see cref="Finish"/> and <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Collectives begin when what the default stream was given before is done; what it is given after <see cref="Await"/> begins when they are
/// done. All ranks queue the same in the same order; any thread of a rank, one at a time.
/// </remarks>
public sealed class CudaCollectives : IDisposable
{
    private readonly CudaDevice device;
    private readonly NcclGroup nccl;
    private readonly nint stream, given;
    private readonly List<nint> marks = [];
    private readonly CudaMark own;
    private bool closed;

    private CudaCollectives(CudaDevice device, NcclGroup nccl)
    {
        (this.device, this.nccl) = (device, nccl);
        device.MakeCurrent();
        stream = device.Driver.CreateStream();
        own = NewMark();
        given = NewMark().Event;
    }

    /// <summary>
    /// Makes them where every rank has NCCL and a CUDA device of its own: all ranks get them, or none does. Called by all.
    /// </summary>
    /// <param name="group">The ranks; outlives this, and runs no other collective meanwhile.</param>
    /// <param name="index">
    /// Number of this rank's CUDA device, as libtorch counts; null where it has none. Becomes the calling thread's current device.
    /// </param>
    /// <param name="refusal">Why there are none, for people; empty where there are.</param>
    /// <param name="libraries">Null for those that the system's loader finds.</param>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public static CudaCollectives? TryJoin(ProcessGroup group, int? index, out string refusal, CudaLibraries? libraries = null)
    {
        libraries ??= new();
        var device = TryOpen(index, libraries.Driver, out var own);
        // All ranks find the same; this one knows better what is wrong with itself.
        refusal = Objection(group, device?.Uuid ?? Guid.Empty);
        if (own.Length > 0) refusal = own;
        return refusal.Length == 0 ? TryConnect(group, device!, libraries.Nccl, out refusal) : null;
    }

    /// <summary>For <see cref="Queue"/>; belongs to this.</summary>
    public CudaMark NewMark()
    {
        device.MakeCurrent();
        marks.Add(device.Driver.CreateEvent());
        return new(marks[^1]);
    }

    /// <summary>Starts collectives.</summary>
    /// <param name="collectives">Called at once with the ranks and the stream to put them on.</param>
    /// <param name="done">Marks their end for <see cref="Await"/>.</param>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void Queue(Action<NcclGroup, nint> collectives, CudaMark done)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        device.MakeCurrent();
        device.Driver.Record(given, CudaDevice.DefaultStream);
        device.Driver.Wait(stream, given);
        collectives(nccl, stream);
        device.Driver.Record(done.Event, stream);
    }

    /// <summary>Has the default stream wait for what was queued with the mark last.</summary>
    public void Await(CudaMark done)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        device.MakeCurrent();
        device.Driver.Wait(CudaDevice.DefaultStream, done.Event);
    }

    /// <summary>Starts collectives that the default stream waits for.</summary>
    public void Run(Action<NcclGroup, nint> collectives)
    {
        Queue(collectives, own);
        Await(own);
    }

    /// <summary>Throws what became of collectives; call it after waiting for the device.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    /// <exception cref="NcclException">A collective failed.</exception>
    public void Check() => nccl.Check();

    /// <summary>Waits on the host until the collectives' memory is nobody's but the caller's; at once when disposed.</summary>
    public void Finish()
    {
        if (closed) return;
        device.MakeCurrent();
        device.Driver.Synchronize(stream);
    }

    public void Dispose()
    {
        if (closed) return;
        Finish();
        closed = true;
        nccl.Dispose();
        foreach (var mark in marks) device.Driver.DestroyEvent(mark);
        device.Driver.DestroyStream(stream);
    }

    private static CudaDevice? TryOpen(int? index, string driver, out string refusal)
    {
        refusal = index is null ? "This rank has no CUDA device." : "";
        if (index is null) return null;
        try
        {
            return new(new(driver), index.Value);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            refusal = e.Message;
            return null;
        }
    }

    private static string Objection(ProcessGroup group, Guid card)
    {
        var cards = new Guid[group.Size];
        cards[group.Rank] = card;
        group.AllGather(MemoryMarshal.AsBytes(cards.AsSpan()), [.. Enumerable.Repeat(16, group.Size)]);
        if (Array.IndexOf(cards, Guid.Empty) is var without and >= 0) return $"Rank {without} has no CUDA device that it can use.";
        var first = Array.FindIndex(cards, c => cards.Count(other => other == c) > 1);
        return first < 0 ? "" : $"Ranks {first} and {Array.LastIndexOf(cards, cards[first])} share a CUDA device, which NCCL refuses.";
    }

    private static CudaCollectives? TryConnect(ProcessGroup group, CudaDevice device, string library, out string refusal)
    {
        NcclGroup? nccl = null;
        refusal = "";
        try
        {
            device.MakeCurrent();
            nccl = NcclGroup.Join(group, library);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            refusal = e.Message;
        }
        if (group.Least(nccl is null ? 0 : 1) == 1) return new(device, nccl!);
        nccl?.Dispose();
        if (refusal.Length == 0) refusal = $"Another of the {group.Size} ranks could not be connected by NCCL.";
        return null;
    }

    private static bool IsRefusal(Exception e) =>
        e is DllNotFoundException or EntryPointNotFoundException or InvalidOperationException or CudaException or NcclException;
}
