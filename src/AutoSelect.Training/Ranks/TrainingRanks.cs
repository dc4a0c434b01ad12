using System.Runtime.InteropServices;
using AutoSelect.Communication;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// The ranks that train a segment together, and collectives on tensors between them. All ranks call the same ones in the same order; one
/// thread of a rank at a time.
/// </summary>
/// <remarks>Tensors of CUDA devices go from device to device by NCCL where the ranks have it, else through the host's memory.</remarks>
/// <param name="group">The ranks' group; stays the caller's to dispose.</param>
/// <param name="planner">Decides how gradients are exchanged where the assignment does not; null takes the default plan.</param>
/// <param name="cuda">
/// Collectives between the ranks' CUDA devices, on which they train then; null for none. Stays the caller's to dispose, before the group.
/// </param>
public sealed class TrainingRanks(ProcessGroup group, IExchangePlanner? planner = null, CudaCollectives? cuda = null)
{
    /// <summary>Whose tensors they are for; another in tests, where a stand-in takes host memory for a device's.</summary>
    internal DeviceType CollectivesDevice { get; init; } = DeviceType.CUDA;

    internal IExchangePlanner? Planner { get; } = planner;

    internal ProcessGroup Group { get; } = group;

    /// <summary>Own number, from 0. Rank 0 leads.</summary>
    public int Rank => Group.Rank;

    /// <summary>Number of ranks.</summary>
    public int Size => Group.Size;

    /// <summary>Own part of what is divided evenly along the first dimension, such as a batch; a view.</summary>
    public Tensor PartOf(Tensor whole)
    {
        var part = whole.shape[0] / Size;
        return whole.narrow(0, Rank * part, part);
    }

    /// <summary>Breaks the group off: the others see that this rank is lost.</summary>
    internal void Abort() => Group.Abort();

    /// <summary>
    /// Throws what became of collectives that were only queued on a CUDA device; call it after values that follow from them were read.
    /// </summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    /// <exception cref="NcclException">A collective failed.</exception>
    public void Check() => cuda?.Check();

    /// <summary>Sums fp32 values over all ranks, in place; the same bits on all of them.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void AllReduce(Tensor values) =>
        Run(values, span => Group.AllReduce(span), (nccl, at, stream) => nccl.AllReduce(at, values.numel(), NcclType.Fp32, stream));

    /// <summary>
    /// Sums over all ranks; rank r gets the sums of the r-th part [counts[r]] of the flat tensor, the other parts are undefined.
    /// </summary>
    /// <param name="values">Own fp32 values of all parts, one after another.</param>
    /// <param name="counts">Values of each part.</param>
    public void ReduceScatter(Tensor values, int[] counts) =>
        Run(values, span => Group.ReduceScatter(span, counts), (nccl, at, stream) => nccl.ReduceScatter(at, counts, NcclType.Fp32, stream));

    /// <summary>Collects every rank's part on all ranks, in place.</summary>
    /// <param name="values">All parts, one after another; the own one is given, the others are filled.</param>
    /// <param name="counts">Values of each part.</param>
    public void AllGather(Tensor values, int[] counts) =>
        Run(values, span => Group.AllGather(span, counts), (nccl, at, stream) => nccl.AllGather(at, counts, NcclType.Fp32, stream));

    /// <summary>Copies a rank's fp32 values to all.</summary>
    public void Broadcast(Tensor values, int root) =>
        Run(values, span => Group.Broadcast(span, root),
            (nccl, at, stream) => nccl.Broadcast(at, values.numel(), NcclType.Fp32, root, stream));

    /// <summary>Every rank's value, in order of rank.</summary>
    public double[] Gather(double value)
    {
        var values = new double[Size];
        values[Rank] = value;
        Group.AllGather(MemoryMarshal.AsBytes(values.AsSpan()), [.. Enumerable.Repeat(sizeof(double), Size)]);
        return values;
    }

    /// <summary>
    /// Every rank's tensor, of one shape and type, in order of rank; in host memory, owned by the caller's dispose scope.
    /// </summary>
    public Tensor[] Gather(Tensor own)
    {
        using var off = no_grad();
        using var host = own.detach().cpu().contiguous();
        var bytes = host.bytes;
        var all = new byte[Size * bytes.Length];
        bytes.CopyTo(all.AsSpan(Rank * bytes.Length));
        Group.AllGather(all.AsSpan(), [.. Enumerable.Repeat(bytes.Length, Size)]);
        var tensors = new Tensor[Size];
        for (var rank = 0; rank < Size; rank++)
        {
            tensors[rank] = empty(own.shape, own.dtype);
            all.AsSpan(rank * bytes.Length, bytes.Length).CopyTo(tensors[rank].bytes);
        }
        return tensors;
    }

    /// <summary>Sums small tensors of fp64 over all ranks in order of rank; the same bits on all of them.</summary>
    public Tensor Sum(Tensor own)
    {
        var sum = Gather(own).Aggregate((a, b) => a.add_(b));
        return sum.to(own.device);
    }

    /// <summary>Makes fp32 values the mean over the ranks, in place.</summary>
    public void Average(Tensor values)
    {
        AllReduce(values);
        using var off = no_grad();
        values.div_(Size);
    }

    /// <summary>Makes the running statistics of a model's norms, which are those of each rank's batches, the mean over the ranks.</summary>
    public void AverageBuffers(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var statistics = model.named_buffers().Select(b => b.buffer).Where(b => b.dtype == ScalarType.Float32).ToList();
        if (statistics.Count == 0) return;
        var flat = cat([.. statistics.Select(s => s.reshape(-1))]);
        Average(flat);
        long at = 0;
        foreach (var statistic in statistics)
        {
            statistic.copy_(flat.narrow(0, at, statistic.numel()).view(statistic.shape));
            at += statistic.numel();
        }
    }

    /// <summary>Collectives between devices of this kind; null where such tensors go through the host.</summary>
    internal CudaCollectives? CollectivesOn(Device device) => device.type == CollectivesDevice ? cuda : null;

    private delegate void HostCollective(Span<float> values);

    private void Run(Tensor values, HostCollective onHost, Action<NcclGroup, nint, nint> onDevice)
    {
        if (values.dtype != ScalarType.Float32)
            throw new ArgumentException($"The tensor is {values.dtype}: ranks exchange Float32.", nameof(values));
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var dense = values.contiguous();
        if (CollectivesOn(values.device) is { } collectives)
            collectives.Run((nccl, stream) => onDevice(nccl, TensorMemory.AddressOf(dense), stream));
        else
        {
            dense = dense.cpu();
            onHost(MemoryMarshal.Cast<byte, float>(dense.bytes));
        }
        if (!values.is_contiguous() || values.device.type != dense.device.type) values.copy_(dense);
    }
}
