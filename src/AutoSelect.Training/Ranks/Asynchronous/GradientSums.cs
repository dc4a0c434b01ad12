using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>
/// Own gradients that wait for the next round: their sum, how many, and at which round and update their parameters were read. Not
/// thread-safe.
/// </summary>
/// <param name="length">Values of a gradient.</param>
internal sealed class GradientSums(long length, Device device) : IDisposable
{
    private const int Extra = 2;

    private readonly List<(long Round, long Update)> reads = [];

    /// <summary>Sum of gradients, their number and whether the rank is done, [length + 2]: what a round sums over ranks.</summary>
    public Tensor Message { get; } = zeros(length + Extra, float32, device).DetachFromDisposeScope();

    /// <summary>Of each gradient, the rounds and updates that its parameters had seen.</summary>
    public IReadOnlyList<(long Round, long Update)> Reads => reads;

    /// <summary>Adds a gradient, under no_grad.</summary>
    public void Add(Tensor gradient, long round, long update)
    {
        using var scope = NewDisposeScope();
        var sum = Message.narrow(0, 0, length);
        if (reads.Count == 0) sum.copy_(gradient);
        else sum.add_(gradient);
        reads.Add((round, update));
    }

    /// <summary>Completes the message, under no_grad.</summary>
    public void Close(bool isDone)
    {
        using var scope = NewDisposeScope();
        if (reads.Count == 0) Message.zero_();
        Message[length] = (float)reads.Count;
        Message[length + 1] = isDone ? 1f : 0f;
    }

    /// <summary>The mean gradient of all ranks, a view [length], once the message is summed; undefined where there is none.</summary>
    /// <param name="gradients">How many gradients of all ranks.</param>
    /// <param name="done">How many ranks are done.</param>
    public Tensor Mean(out int gradients, out int done)
    {
        gradients = (int)Message[length].ToDouble();
        done = (int)Message[length + 1].ToDouble();
        var mean = Message.narrow(0, 0, length);
        return gradients > 1 ? mean.div_(gradients) : mean;
    }

    /// <summary>Forgets the gradients.</summary>
    public void Clear() => reads.Clear();

    public void Dispose() => Message.Dispose();
}
