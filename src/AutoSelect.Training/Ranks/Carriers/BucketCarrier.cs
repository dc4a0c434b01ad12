using AutoSelect.Communication;
using AutoSelect.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Carriers;

/// <summary>A stretch of a bucket that is summed on its own.</summary>
/// <param name="Start">Its first value.</param>
/// <param name="Length">Its values.</param>
/// <param name="Matrix">Rows and columns of a matrix that is sent as such; null for values.</param>
internal readonly record struct BucketPiece(int Start, int Length, (int Rows, int Columns)? Matrix);

/// <summary>The sum of one bucket over the ranks, started once a step. All ranks start and wait in the same order.</summary>
internal interface IBucketTransfer : IDisposable
{
    /// <summary>State and figures of each piece.</summary>
    IReadOnlyList<(BucketPiece Piece, AllReduceState State)> States { get; }

    /// <summary>Hands the values over until <see cref="Wait"/> returns.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    void Start();

    /// <summary>Returns when the values are the sums for whoever uses them next.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    void Wait();
}

/// <summary>What carries buckets between ranks: the process group through host memory, or NCCL from device to device.</summary>
internal abstract class BucketCarrier : IDisposable
{
    /// <summary>NCCL where the ranks have it for the model's device and it can sum what is sent, the process group else.</summary>
    /// <param name="model">Whose gradients.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="communication">What is sent.</param>
    /// <param name="plan">How.</param>
    /// <param name="seed">For random rounding; the same on all ranks.</param>
    public static BucketCarrier For(nn.Module model, TrainingRanks ranks, GradientCommunication communication, ExchangePlan plan, long seed)
    {
        var device = model.parameters().First().device;
        return ranks.CollectivesOn(device) is { } collectives && NcclCarrier.Carries(communication.Kind)
            ? new NcclCarrier(collectives, device, ranks, communication.Kind)
            : new HostCarrier(ranks.Group, new ExchangeMethods(ranks.Group, communication, plan, seed), plan.Overlap);
    }

    /// <summary>Where buckets lie.</summary>
    public abstract Device Device { get; }

    /// <summary>Values that the memory of a bucket has room for; zeros behind its own.</summary>
    public virtual long Room(long count) => count;

    /// <summary>Rows and columns of the matrix that a parameter is sent as; null where it is sent as values.</summary>
    public virtual (int Rows, int Columns)? MatrixOf(Parameter parameter) => null;

    /// <summary>Makes a bucket's transfer; called in the same order on all ranks.</summary>
    /// <param name="values">The bucket's memory, flat.</param>
    /// <param name="pieces">What stands in it.</param>
    /// <param name="first">Number of the first layer in it.</param>
    /// <param name="number">Of the bucket.</param>
    public abstract IBucketTransfer Transfer(Tensor values, IReadOnlyList<BucketPiece> pieces, int first, int number);

    /// <summary>Ends what is under way; the buckets' memory is then free to go.</summary>
    public abstract void Dispose();
}
