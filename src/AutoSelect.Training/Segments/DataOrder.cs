using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Segments;

/// <summary>
/// The order in which a run sees the training examples: a permutation for each epoch that depends on seed and epoch only, not
/// on the global generator or the batch size, so that all candidates of a job see the same order. An incomplete last batch is
/// dropped. The position follows from the step, so there is no state to store.
/// </summary>
internal sealed class DataOrder : IDisposable
{
    private readonly long seed;
    private readonly int examples;
    private readonly int batchSize;
    private readonly torch.Device device;
    private Tensor? permutation;
    private long permutedEpoch = -1;

    /// <exception cref="ArgumentException">The batch is larger than the training set.</exception>
    public DataOrder(long seed, int examples, int batchSize, torch.Device device)
    {
        if (batchSize < 1 || batchSize > examples)
            throw new ArgumentException(
                $"Batch size {batchSize}: it must be 1 to {examples}, the number of training examples.", nameof(batchSize));
        (this.seed, this.examples, this.batchSize, this.device) = (seed, examples, batchSize, device);
    }

    public long StepsPerEpoch => examples / batchSize;

    /// <summary>Indices [batchSize] of the batch of a step counted from 0; a view that the caller's dispose scope owns.</summary>
    public Tensor Indices(long step)
    {
        var epoch = step / StepsPerEpoch;
        if (epoch != permutedEpoch)
        {
            permutation?.Dispose();
            permutation = tensor(Permutation(seed, epoch, examples), device: device).DetachFromDisposeScope();
            permutedEpoch = epoch;
        }
        return permutation!.narrow(0, step % StepsPerEpoch * batchSize, batchSize);
    }

    /// <summary>Fisher–Yates shuffle of 0 … count-1.</summary>
    public static long[] Permutation(long seed, long epoch, int count)
    {
        var random = new SplitMix64(seed, epoch);
        var order = new long[count];
        for (var i = 0; i < count; i++)
        {
            var j = random.Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    public void Dispose() => permutation?.Dispose();
}
