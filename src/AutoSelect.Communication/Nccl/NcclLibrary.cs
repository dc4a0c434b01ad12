using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>NCCL's C API, of the library that is found when it is first asked for: nothing of it is needed to build or to start.</summary>
internal sealed unsafe class NcclLibrary
{
    public const string DefaultName = "libnccl.so.2";

    /// <summary>Results that the loss of another rank may have.</summary>
    public const int SystemError = 2, RemoteError = 6;

    private const int Sum = 0;

    private readonly string name;
    private readonly nint handle;
    private readonly delegate* unmanaged<int, byte*> getErrorString;
    private readonly delegate* unmanaged<NcclUniqueId*, int> getUniqueId;
    private readonly delegate* unmanaged<nint*, int, NcclUniqueId, int, int> commInitRank;
    private readonly delegate* unmanaged<nint, int> commDestroy, commAbort;
    private readonly delegate* unmanaged<nint, int*, int> commGetAsyncError;
    private readonly delegate* unmanaged<nint, nint, nuint, NcclType, int, nint, nint, int> allReduce, reduceScatter, broadcast;
    private readonly delegate* unmanaged<nint, nint, nuint, NcclType, nint, nint, int> allGather;
    private readonly delegate* unmanaged<nint, nint, nuint, NcclType, int, int, nint, nint, int> reduce;
    private readonly delegate* unmanaged<nint, nuint, NcclType, int, nint, nint, int> send, receive;
    private readonly delegate* unmanaged<int> groupStart, groupEnd;

    /// <param name="name">A path, or a name that the loader looks for.</param>
    /// <exception cref="DllNotFoundException">There is no such library; the message says where to get it.</exception>
    /// <exception cref="EntryPointNotFoundException">It is not NCCL 2.7 or later.</exception>
    public NcclLibrary(string name = DefaultName)
    {
        this.name = name;
        if (!NativeLibrary.TryLoad(name, out handle))
            throw new DllNotFoundException(
                $"'{name}' was not found: ranks on CUDA devices need NVIDIA's NCCL 2.7 or later. Install libnccl2, or add the folder that "
                + "holds it (with PyTorch: site-packages/nvidia/nccl/lib) to LD_LIBRARY_PATH before the process starts.");
        getErrorString = (delegate* unmanaged<int, byte*>)Export("ncclGetErrorString");
        getUniqueId = (delegate* unmanaged<NcclUniqueId*, int>)Export("ncclGetUniqueId");
        commInitRank = (delegate* unmanaged<nint*, int, NcclUniqueId, int, int>)Export("ncclCommInitRank");
        commDestroy = (delegate* unmanaged<nint, int>)Export("ncclCommDestroy");
        commAbort = (delegate* unmanaged<nint, int>)Export("ncclCommAbort");
        commGetAsyncError = (delegate* unmanaged<nint, int*, int>)Export("ncclCommGetAsyncError");
        allReduce = (delegate* unmanaged<nint, nint, nuint, NcclType, int, nint, nint, int>)Export("ncclAllReduce");
        reduceScatter = (delegate* unmanaged<nint, nint, nuint, NcclType, int, nint, nint, int>)Export("ncclReduceScatter");
        broadcast = (delegate* unmanaged<nint, nint, nuint, NcclType, int, nint, nint, int>)Export("ncclBroadcast");
        allGather = (delegate* unmanaged<nint, nint, nuint, NcclType, nint, nint, int>)Export("ncclAllGather");
        reduce = (delegate* unmanaged<nint, nint, nuint, NcclType, int, int, nint, nint, int>)Export("ncclReduce");
        send = (delegate* unmanaged<nint, nuint, NcclType, int, nint, nint, int>)Export("ncclSend");
        receive = (delegate* unmanaged<nint, nuint, NcclType, int, nint, nint, int>)Export("ncclRecv");
        groupStart = (delegate* unmanaged<int>)Export("ncclGroupStart");
        groupEnd = (delegate* unmanaged<int>)Export("ncclGroupEnd");
    }

    /// <summary>Loads it on all ranks, or throws on all.</summary>
    /// <param name="name">May differ between ranks.</param>
    /// <exception cref="InvalidOperationException">Another rank has none.</exception>
    public static NcclLibrary LoadOnAll(ProcessGroup group, string name)
    {
        NcclLibrary library;
        try
        {
            library = new(name);
        }
        catch
        {
            // The others must not wait for this rank.
            group.Least(0);
            throw;
        }
        return group.Least(1) == 1 ? library
            : throw new InvalidOperationException($"Rank {group.Rank} has NCCL, but another of the {group.Size} ranks has not.");
    }

    public int GetUniqueId(out NcclUniqueId id)
    {
        fixed (NcclUniqueId* to = &id) return getUniqueId(to);
    }

    public nint CommInitRank(int ranks, NcclUniqueId id, int rank)
    {
        nint communicator;
        Check("ncclCommInitRank", commInitRank(&communicator, ranks, id, rank));
        return communicator;
    }

    public void CommDestroy(nint communicator) => Check("ncclCommDestroy", commDestroy(communicator));

    public void CommAbort(nint communicator) => Check("ncclCommAbort", commAbort(communicator));

    public void CheckAsync(nint communicator)
    {
        int result;
        Check("ncclCommGetAsyncError", commGetAsyncError(communicator, &result));
        Check("A collective", result);
    }

    public void AllReduce(nint from, nint to, long count, NcclType type, nint communicator, nint stream) =>
        Check("ncclAllReduce", allReduce(from, to, (nuint)count, type, Sum, communicator, stream));

    public void ReduceScatter(nint from, nint to, long partCount, NcclType type, nint communicator, nint stream) =>
        Check("ncclReduceScatter", reduceScatter(from, to, (nuint)partCount, type, Sum, communicator, stream));

    public void AllGather(nint from, nint to, long partCount, NcclType type, nint communicator, nint stream) =>
        Check("ncclAllGather", allGather(from, to, (nuint)partCount, type, communicator, stream));

    public void Broadcast(nint values, long count, NcclType type, int root, nint communicator, nint stream) =>
        Check("ncclBroadcast", broadcast(values, values, (nuint)count, type, root, communicator, stream));

    public void Reduce(nint values, long count, NcclType type, int root, nint communicator, nint stream) =>
        Check("ncclReduce", reduce(values, values, (nuint)count, type, Sum, root, communicator, stream));

    public void Send(nint values, long count, NcclType type, int to, nint communicator, nint stream) =>
        Check("ncclSend", send(values, (nuint)count, type, to, communicator, stream));

    public void Receive(nint values, long count, NcclType type, int from, nint communicator, nint stream) =>
        Check("ncclRecv", receive(values, (nuint)count, type, from, communicator, stream));

    public void GroupStart() => Check("ncclGroupStart", groupStart());

    public void GroupEnd() => Check("ncclGroupEnd", groupEnd());

    /// <exception cref="NcclException">The result is not success.</exception>
    public void Check(string call, int result)
    {
        if (result != 0) throw new NcclException(call, result, Marshal.PtrToStringUTF8((nint)getErrorString(result)) ?? "no explanation");
    }

    private nint Export(string function) => NativeLibrary.TryGetExport(handle, function, out var address)
        ? address
        : throw new EntryPointNotFoundException($"'{name}' has no function {function}; NCCL 2.7 or later has it.");
}
