using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>
/// The ranks of a group with one CUDA device each, and collectives between their device memories by NCCL. The group forms them, tells
/// that a rank was lost, and outlives this.
/// </summary>
/// <remarks>
/// Calls only put work on a stream: results are there, and failures known, after the stream was waited for and <see cref="Check"/> called.
/// When a rank is lost the communicator is aborted on the others, so that a stream that waits for it ends; what its buffers hold is
/// undefined. All ranks call the same collectives in the same order with the same sizes; one thread of a rank at a time. Sums over all
/// ranks.
/// </remarks>
public sealed class NcclGroup : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    private readonly ProcessGroup group;
    private readonly NcclLibrary library;
    private readonly nint communicator;
    private int closed;

    private NcclGroup(ProcessGroup group, NcclLibrary library, nint communicator)
    {
        (this.group, this.library, this.communicator) = (group, library, communicator);
        group.Health.Failed += Abort;
        if (group.Health.Broken) Close(library.CommAbort); // lost before anybody listened
    }

    /// <summary>
    /// Makes a communicator of all ranks of the group; each calls it on a thread whose current CUDA device is the rank's own.
    /// </summary>
    /// <param name="group">No other collective runs meanwhile.</param>
    /// <param name="libraryPath">NCCL's library; null for the "libnccl.so.2" that the system's loader finds.</param>
    /// <exception cref="DllNotFoundException">
    /// The library is missing here; the other ranks then throw <see cref="InvalidOperationException"/>.
    /// </exception>
    /// <exception cref="NcclException">NCCL says why not.</exception>
    /// <exception cref="RankLostException">
    /// A rank was lost before NCCL began; one that is lost while it connects is up to NCCL's own time-outs.
    /// </exception>
    public static NcclGroup Join(ProcessGroup group, string? libraryPath = null)
    {
        var library = NcclLibrary.LoadOnAll(group, libraryPath ?? NcclLibrary.DefaultName);
        // Rank 0's result travels with the id, so that all fail alike.
        Span<byte> message = stackalloc byte[sizeof(int) + NcclUniqueId.Bytes];
        if (group.Rank == 0)
        {
            var made = library.GetUniqueId(out var own);
            MemoryMarshal.Write(message, made);
            ((ReadOnlySpan<byte>)own).CopyTo(message[sizeof(int)..]);
        }
        group.Broadcast(message, root: 0);
        library.Check("ncclGetUniqueId of rank 0", MemoryMarshal.Read<int>(message));
        var id = default(NcclUniqueId);
        message[sizeof(int)..].CopyTo(id);
        // Not explained as what fails later is: here no rank need be lost, and the ranks go on with each other.
        return new(group, library, library.CommInitRank(group.Size, id, group.Rank));
    }

    /// <summary>Sums, in place.</summary>
    /// <param name="values">Device memory of the values.</param>
    /// <param name="count">Values, not bytes.</param>
    /// <param name="stream">CUDA stream; 0 for the default one, on which libtorch works unless told otherwise.</param>
    public void AllReduce(nint values, long count, NcclType type, nint stream = 0) =>
        Run(values, count, () => library.AllReduce(values, values, count, type, communicator, stream));

    /// <summary>Sums; rank r gets those of the r-th part in its place, and the other parts are undefined.</summary>
    /// <param name="values">Device memory of all parts, one after another.</param>
    /// <param name="counts">Values of each part. Equal parts go in one collective, others as one reduction each.</param>
    public void ReduceScatter(nint values, ReadOnlySpan<int> counts, NcclType type, nint stream = 0) => InParts(values, counts, type,
        (own, count) => library.ReduceScatter(values, own, count, type, communicator, stream),
        (part, count, rank) => library.Reduce(part, count, type, rank, communicator, stream));

    /// <summary>Collects every rank's part on all ranks, in place.</summary>
    /// <param name="values">Device memory of all parts, one after another; the own one is given.</param>
    /// <param name="counts">Values of each part. Equal parts go in one collective, others as one broadcast each.</param>
    public void AllGather(nint values, ReadOnlySpan<int> counts, NcclType type, nint stream = 0) => InParts(values, counts, type,
        (own, count) => library.AllGather(own, values, count, type, communicator, stream),
        (part, count, rank) => library.Broadcast(part, count, type, rank, communicator, stream));

    /// <summary>Gives the r-th of the equal parts to rank r, the own one included.</summary>
    /// <param name="values">Device memory of all parts.</param>
    /// <param name="received">
    /// Device memory for the parts that the ranks give this one, in their order; apart from <paramref name="values"/>.
    /// </param>
    /// <param name="partCount">Values of a part.</param>
    public void AllToAll(nint values, nint received, long partCount, NcclType type, nint stream = 0)
    {
        if (received == 0 && partCount > 0) throw new ArgumentException($"{partCount} values at address 0.");
        var bytes = (nint)partCount * type.Bytes();
        Run(values, partCount, () => Together(() =>
        {
            for (var rank = 0; rank < group.Size; rank++)
            {
                library.Send(values + rank * bytes, partCount, type, rank, communicator, stream);
                library.Receive(received + rank * bytes, partCount, type, rank, communicator, stream);
            }
        }));
    }

    /// <summary>Copies one rank's values to all.</summary>
    public void Broadcast(nint values, long count, NcclType type, int root, nint stream = 0)
    {
        if (root < 0 || root >= group.Size) throw new ArgumentOutOfRangeException(nameof(root), root, $"Ranks are 0 to {group.Size - 1}.");
        Run(values, count, () => library.Broadcast(values, count, type, root, communicator, stream));
    }

    /// <summary>Has NCCL run all collectives that are started in it as one; may be nested.</summary>
    /// <param name="start">Starts collectives of this group, the same on all ranks.</param>
    public void Together(Action start)
    {
        ThrowIfClosed();
        Explain(library.GroupStart);
        try
        {
            start();
        }
        finally
        {
            // Without it this thread's calls would be held back for ever.
            Explain(library.GroupEnd);
        }
    }

    /// <summary>Throws what became of collectives that were started; call it after waiting for the stream.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    /// <exception cref="NcclException">A collective failed.</exception>
    public void Check()
    {
        ThrowIfClosed();
        Explain(() => library.CheckAsync(communicator));
    }

    /// <summary>Gives the communicator back; streams have to be waited for before.</summary>
    public void Dispose()
    {
        group.Health.Failed -= Abort;
        // Giving back what still waits for a lost rank would wait too.
        Close(group.Health.Broken ? library.CommAbort : library.CommDestroy);
    }

    private void Abort(int rank, RankLoss loss) => Close(library.CommAbort);

    /// <summary>Once: a communicator that was aborted is gone.</summary>
    private void Close(Action<nint> end)
    {
        if (Interlocked.Exchange(ref closed, 1) == 0) end(communicator);
    }

    private void Run(nint values, long count, Action start)
    {
        if (count < 0) throw new ArgumentOutOfRangeException(nameof(count), count, "A collective has no negative number of values.");
        if (count > 0 && values == 0) throw new ArgumentException($"{count} values at address 0.");
        ThrowIfClosed();
        Explain(start);
    }

    private void InParts(nint values, ReadOnlySpan<int> counts, NcclType type, Action<nint, int> equal, Action<nint, int, int> one)
    {
        group.CheckCounts(counts);
        var all = counts.ToArray();
        var starts = new long[all.Length];
        for (var rank = 1; rank < all.Length; rank++) starts[rank] = starts[rank - 1] + all[rank - 1];
        nint Part(int rank) => values + (nint)starts[rank] * type.Bytes();
        Run(values, starts[^1] + all[^1], () =>
        {
            if (all.Max() == all.Min()) equal(Part(group.Rank), all[0]);
            else Together(() =>
            {
                for (var rank = 0; rank < all.Length; rank++)
                    if (all[rank] > 0)
                        one(Part(rank), all[rank], rank);
            });
        });
    }

    /// <summary>
    /// NCCL sees the broken connections to a lost rank perhaps before the group does, but the group knows which rank it was.
    /// </summary>
    private void Explain(Action call)
    {
        try
        {
            call();
        }
        catch (NcclException e)
        {
            if (e.Result is NcclLibrary.SystemError or NcclLibrary.RemoteError) SpinWait.SpinUntil(() => group.Health.Broken, patience);
            group.Health.ThrowIfBroken();
            throw;
        }
    }

    private void ThrowIfClosed()
    {
        group.Health.ThrowIfBroken();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref closed) != 0, this);
    }
}
