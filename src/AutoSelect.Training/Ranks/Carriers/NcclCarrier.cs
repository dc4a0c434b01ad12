using AutoSelect.Communication;
using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Carriers;

/// <summary>
/// Carries buckets by NCCL from device to device. Starting only queues work, so it needs no thread; buckets run as started. fp32, fp16 and
/// bf16; what the other formats do with the values is written for the host.
/// </summary>
internal sealed class NcclCarrier(CudaCollectives collectives, Device device, TrainingRanks ranks, CommunicationKind kind) : BucketCarrier
{
    private HalfTransfer? last;

    /// <summary>Whether it can sum what is sent.</summary>
    public static bool Carries(CommunicationKind kind) =>
        kind is CommunicationKind.None or CommunicationKind.Fp32 or CommunicationKind.Fp16 or CommunicationKind.Bf16;

    public override Device Device => device;

    private bool IsHalf => kind is CommunicationKind.Fp16 or CommunicationKind.Bf16;

    /// <summary>Halved values are exchanged in parts of one size.</summary>
    public override long Room(long count) => IsHalf ? (count + ranks.Size - 1) / ranks.Size * ranks.Size : count;

    public override IBucketTransfer Transfer(Tensor values, IReadOnlyList<BucketPiece> pieces, int first, int number) => IsHalf
        ? new HalfTransfer(
            collectives, ranks, values, pieces[0], kind == CommunicationKind.Fp16 ? NcclType.Fp16 : NcclType.Bf16, GoOnBefore)
        : new SingleTransfer(collectives, ranks.Size, values, pieces[0]);

    public override void Dispose() => collectives.Finish();

    /// <summary>
    /// The second half of a bucket's transfer follows the start of the next one: by then its first half has had a layer's backward pass to
    /// arrive, and the stream for collectives does not run dry.
    /// </summary>
    private void GoOnBefore(HalfTransfer started)
    {
        last?.GoOn();
        last = started;
    }
}
