using AutoSelect.Communication;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks.Carriers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>Gradients of some neighbouring layers in one piece of memory, and how they are summed over the ranks.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly (string Name, Parameter Parameter)[] parameters;
    private readonly long[] offsets;
    private readonly Tensor values;
    private readonly IBucketTransfer transfer;
    private readonly double share;

    /// <param name="first">Number of the first layer in it: the lower, the sooner the next forward pass needs it.</param>
    /// <param name="parameters">The parameters, by name.</param>
    /// <param name="carrier">What carries it.</param>
    /// <param name="number">Of the bucket, for its random numbers.</param>
    /// <param name="ranks">Number of ranks, whose gradients are averaged.</param>
    public GradientBucket(
        int first, IReadOnlyList<(string Name, Parameter Parameter)> parameters, BucketCarrier carrier, int number, int ranks)
    {
        share = 1.0 / ranks;
        // Matrices that are sent on their own stand first, so that the rest is one piece.
        var matrices = parameters.Where(p => carrier.MatrixOf(p.Parameter) is not null).ToList();
        this.parameters = [.. matrices, .. parameters.Except(matrices)];
        offsets = new long[this.parameters.Length];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + this.parameters[i - 1].Parameter.numel();
        var count = (int)this.parameters.Sum(p => p.Parameter.numel());
        values = zeros(carrier.Room(count), float32, carrier.Device).DetachFromDisposeScope();
        var pieces = matrices.Select(
            (m, i) => new BucketPiece((int)offsets[i], (int)m.Parameter.numel(), carrier.MatrixOf(m.Parameter))).ToList();
        var rest = matrices.Count == this.parameters.Length ? count : (int)offsets[matrices.Count];
        if (rest < count) pieces.Add(new(rest, count - rest, Matrix: null));
        transfer = carrier.Transfer(values, pieces, first, number);
    }

    public IEnumerable<Parameter> Parameters => parameters.Select(p => p.Parameter);

    /// <summary>Figures of all its pieces.</summary>
    public IEnumerable<CompressionStatistics> Statistics => transfer.States.Select(s => s.State.Statistics);

    /// <summary>Takes this rank's gradients and starts their sum.</summary>
    public void Start()
    {
        Fill();
        transfer.Start();
    }

    /// <summary>Waits until its values are the means over the ranks.</summary>
    public void Wait() => transfer.Wait();

    /// <summary>Puts what came into the parameters' gradients.</summary>
    public void Spread()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Parameter.grad is not { } gradient) continue;
            using var place = Place(i);
            gradient.copy_(place);
        }
    }

    /// <summary>State by parameter, so that it does not depend on how parameters share buckets.</summary>
    /// <param name="own">Gets what is this rank's alone.</param>
    /// <param name="shared">Gets what is the same on all ranks.</param>
    public void Save(StateDictionary own, StateDictionary shared)
    {
        ForEachParameter((name, residual, method, whole) =>
        {
            if (residual.Length > 0) own.Set(name, tensor(residual.ToArray()));
            if (whole && method.Factor.Length > 0) shared.Set(name, tensor(method.Factor.ToArray()));
            shared.SetScalar(name, method.Rounds);
        });
    }

    /// <summary>Restores what was saved; what an earlier way of communicating did not have begins anew.</summary>
    public void Load(StateDictionary own, StateDictionary shared)
    {
        ForEachParameter((name, residual, method, whole) =>
        {
            if (residual.Length > 0 && own.Contains(name)) Copy(own.Get(name), residual);
            if (whole && method.Factor.Length > 0 && shared.Contains(name)) Copy(shared.Get(name), method.Factor);
            if (shared.HasScalar(name)) method.Rounds = (long)shared.GetScalar(name);
        });
    }

    public void Dispose()
    {
        transfer.Dispose();
        values.Dispose();
    }

    /// <summary>Takes this rank's share of the mean gradient in; a parameter without a gradient gives zeros.</summary>
    private void Fill()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            using var place = Place(i);
            if (parameters[i].Parameter.grad is { } gradient) TensorMemory.CopyScaled(gradient, share, place);
            else place.zero_();
        }
    }

    private static void Copy(Tensor from, Memory<float> to)
    {
        var stored = from.data<float>().ToArray();
        if (stored.Length == to.Length) stored.CopyTo(to);
    }

    private void ForEachParameter(Action<string, Memory<float>, AllReduceState, bool> visit)
    {
        foreach (var ((start, length, _), method) in transfer.States)
            for (var i = 0; i < parameters.Length; i++)
            {
                var (at, count) = ((int)offsets[i] - start, (int)parameters[i].Parameter.numel());
                if (at < 0 || at + count > length) continue;
                visit(parameters[i].Name, method.Residual.IsEmpty ? default : method.Residual.Slice(at, count), method, count == length);
            }
    }

    private Tensor Place(int i) => values.narrow(0, offsets[i], parameters[i].Parameter.numel()).view(parameters[i].Parameter.shape);
}
