using AutoSelect.Communication;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Carriers;

/// <summary>
/// All-reduce of a bucket in fp16 or bf16 by NCCL, added up in fp32; <see cref="CompressedAllReduce"/> on the device, without error
/// feedback.
/// </summary>
/// <remarks>
/// g own gradient [p, m], part r of which belongs to rank r; Q encoding with one scale a part and decoding:
/// <code>
/// Start:  send Q(g) part by part to the parts' owners
/// GoOn:   s ← Σ Q(g) in order of ranks [m],   send Q(s) to all
/// Wait:   g ← Q(s)
/// </code>
/// fp16: the scale is the power of two that brings the part's largest magnitude into [2¹⁴, 2¹⁵); bf16 needs none. Encoding, adding and
/// decoding are libtorch's and run on the default stream, since TorchSharp shows no other; so that it waits for the first sending when it
/// goes on.
/// </remarks>
internal sealed class HalfTransfer : AllReduceState, IBucketTransfer
{
    private const double TargetMagnitude = 1 << 15, LargestScale = 8.507059173023462e37; // 2^126

    private readonly CudaCollectives collectives;
    private readonly TrainingRanks ranks;
    private readonly BucketPiece piece;
    private readonly NcclType type;
    private readonly Action<HalfTransfer> started;
    private readonly CudaMark given, done;
    private readonly Tensor values, encoded, received;
    private readonly Tensor? scales, receivedScales;
    private readonly long part;
    private readonly int[] parts, ones;
    private Tensor? lost;
    private bool goesOn;

    /// <param name="values">The bucket's memory, flat; as many values as the ranks can share evenly.</param>
    /// <param name="started">Called when the first sending was queued.</param>
    public HalfTransfer(
        CudaCollectives collectives, TrainingRanks ranks, Tensor values, BucketPiece piece, NcclType type, Action<HalfTransfer> started)
    {
        (this.collectives, this.ranks, this.piece, this.type, this.started) = (collectives, ranks, piece, type, started);
        part = values.numel() / ranks.Size;
        (parts, ones) = ([.. Enumerable.Repeat((int)part, ranks.Size)], [.. Enumerable.Repeat(1, ranks.Size)]);
        this.values = values.view(ranks.Size, part).DetachFromDisposeScope();
        var half = type == NcclType.Fp16 ? float16 : bfloat16;
        encoded = empty_like(this.values, half).DetachFromDisposeScope();
        received = empty_like(encoded).DetachFromDisposeScope();
        if (type == NcclType.Fp16)
        {
            scales = ones_like(this.values.narrow(1, 0, 1)).contiguous().DetachFromDisposeScope();
            receivedScales = empty_like(scales).DetachFromDisposeScope();
        }
        (given, done) = (collectives.NewMark(), collectives.NewMark());
    }

    public IReadOnlyList<(BucketPiece Piece, AllReduceState State)> States => [(piece, this)];

    /// <summary>Of the last bucket given; reading it waits for the device.</summary>
    protected override double RelativeError => lost?.item<float>() ?? double.NaN;

    public void Start()
    {
        using var scope = NewDisposeScope();
        Encode(values, encoded, scales);
        KeepError();
        collectives.Queue((nccl, stream) => nccl.Together(() =>
        {
            nccl.AllToAll(TensorMemory.AddressOf(encoded), TensorMemory.AddressOf(received), part, type, stream);
            if (scales is not null)
                nccl.AllToAll(TensorMemory.AddressOf(scales), TensorMemory.AddressOf(receivedScales!), 1, NcclType.Fp32, stream);
        }), given);
        Bytes += 2 * (ranks.Size - 1) * part * type.Bytes();
        if (scales is not null) HeaderBytes += 2 * (ranks.Size - 1) * sizeof(float);
        Rounds++;
        goesOn = false;
        started(this);
    }

    /// <summary>Adds up this rank's part and sends it to all; once for each start, in the same order as the other ranks.</summary>
    public void GoOn()
    {
        if (goesOn) return;
        goesOn = true;
        using var scope = NewDisposeScope();
        collectives.Await(given);
        var sum = values.narrow(0, ranks.Rank, 1);
        sum.copy_(Decoded(received, receivedScales, 0));
        for (var rank = 1; rank < ranks.Size; rank++) sum.add_(Decoded(received, receivedScales, rank));
        Encode(sum, encoded.narrow(0, ranks.Rank, 1), scales?.narrow(0, ranks.Rank, 1));
        collectives.Queue((nccl, stream) => nccl.Together(() =>
        {
            nccl.AllGather(TensorMemory.AddressOf(encoded), parts, type, stream);
            if (scales is not null) nccl.AllGather(TensorMemory.AddressOf(scales), ones, NcclType.Fp32, stream);
        }), done);
    }

    public void Wait()
    {
        GoOn();
        collectives.Await(done);
        values.copy_(encoded);
        if (scales is not null) values.div_(scales);
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[values, encoded, received, scales, receivedScales, lost]) tensor?.Dispose();
    }

    /// <param name="scales">Gets the scale of each part.</param>
    private static void Encode(Tensor parts, Tensor encoded, Tensor? scales)
    {
        if (scales is null)
        {
            encoded.copy_(parts);
            return;
        }
        var largest = parts.abs().amax([1], keepdim: true);
        // x = mantissa 2^e, so that the quotient is a power of two and exact. Parts of zeros, and those with infinities or NaN, are not
        // scaled.
        var (mantissa, _) = frexp(largest);
        scales.copy_(mantissa.mul(TargetMagnitude).div(largest).clamp(max: LargestScale).nan_to_num(nan: 1));
        encoded.copy_(parts * scales);
    }

    private static Tensor Decoded(Tensor encoded, Tensor? scales, int part)
    {
        var numbers = encoded.narrow(0, part, 1).to(float32);
        return scales is null ? numbers : numbers.div_(scales.narrow(0, part, 1));
    }

    private void KeepError()
    {
        var decoded = encoded.to(float32);
        if (scales is not null) decoded.div_(scales);
        var norm = values.norm();
        lost?.Dispose();
        lost = where(norm.eq(0), norm, decoded.sub_(values).norm().div(norm)).DetachFromDisposeScope();
    }
}
