using AutoSelect.Communication;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Carriers;

/// <summary>All-reduce of a bucket in fp32 by NCCL. Bytes are those of a ring, whatever NCCL chooses.</summary>
internal sealed class SingleTransfer(CudaCollectives collectives, int ranks, Tensor values, BucketPiece piece)
    : AllReduceState, IBucketTransfer
{
    private readonly nint address = TensorMemory.AddressOf(values);
    private readonly long count = values.numel();
    private readonly CudaMark done = collectives.NewMark();

    public IReadOnlyList<(BucketPiece Piece, AllReduceState State)> States => [(piece, this)];

    public void Start()
    {
        collectives.Queue((nccl, stream) => nccl.AllReduce(address, count, NcclType.Fp32, stream), done);
        Bytes += 2 * (ranks - 1) * count * sizeof(float) / ranks;
        Rounds++;
    }

    public void Wait() => collectives.Await(done);

    public void Dispose()
    {
    }
}
