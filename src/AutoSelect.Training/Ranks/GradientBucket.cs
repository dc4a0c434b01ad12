using AutoSelect.Communication;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>Gradients of some neighbouring layers in one piece of host memory, and how they are summed over the ranks.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly (string Name, Parameter Parameter)[] parameters;
    private readonly long[] offsets;
    private readonly Tensor values;
    private readonly (int Start, int Length, AllReduceMethod Method)[] pieces;
    private readonly double share;

    /// <param name="first">Number of the first layer in it.</param>
    /// <param name="parameters">The parameters, by name.</param>
    /// <param name="methods">What is sent.</param>
    /// <param name="number">Of the bucket, for its random numbers.</param>
    /// <param name="ranks">Number of ranks, whose gradients are averaged.</param>
    public GradientBucket(int first, IReadOnlyList<(string Name, Parameter Parameter)> parameters, ExchangeMethods methods, int number, int ranks)
    {
        First = first;
        share = 1.0 / ranks;
        // Matrices that are sent on their own stand first, so that the rest is one piece.
        var matrices = parameters.Where(p => methods.MatrixOf(p.Parameter) is not null).ToList();
        this.parameters = [.. matrices, .. parameters.Except(matrices)];
        offsets = new long[this.parameters.Length];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + this.parameters[i - 1].Parameter.numel();
        var count = (int)this.parameters.Sum(p => p.Parameter.numel());
        values = zeros(count).DetachFromDisposeScope();
        var list = matrices.Select((m, i) => ((int)offsets[i], (int)m.Parameter.numel(), methods.ForMatrix(methods.MatrixOf(m.Parameter)!.Value, (number << 10) + i))).ToList();
        var rest = matrices.Count == this.parameters.Length ? count : (int)offsets[matrices.Count];
        if (rest < count) list.Add((rest, count - rest, methods.ForValues(count - rest, number)));
        pieces = [.. list];
        Memory = new PointerMemory(Address(values), count, values).Memory;
        Method = pieces.Length == 1 ? pieces[0].Method : new Pieces(pieces);
    }

    /// <summary>Number of the first layer in it: the lower, the sooner the next forward pass needs it.</summary>
    public int First { get; }

    public Memory<float> Memory { get; }

    public AllReduceMethod Method { get; }

    public IEnumerable<Parameter> Parameters => parameters.Select(p => p.Parameter);

    /// <summary>Figures of all its pieces.</summary>
    public IEnumerable<CompressionStatistics> Statistics => pieces.Select(p => p.Method.Statistics);

    /// <summary>Takes this rank's share of the mean gradient in; a parameter without a gradient gives zeros.</summary>
    public void Fill()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            using var place = Place(i);
            if (parameters[i].Parameter.grad is { } gradient) place.copy_(gradient);
            else place.zero_();
        }
        values.mul_(share);
    }

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

    public void Dispose() => values.Dispose();

    private static void Copy(Tensor from, Memory<float> to)
    {
        var stored = from.data<float>().ToArray();
        if (stored.Length == to.Length) stored.CopyTo(to);
    }

    private void ForEachParameter(Action<string, Memory<float>, AllReduceMethod, bool> visit)
    {
        foreach (var (start, length, method) in pieces)
            for (var i = 0; i < parameters.Length; i++)
            {
                var (at, count) = ((int)offsets[i] - start, (int)parameters[i].Parameter.numel());
                if (at < 0 || at + count > length) continue;
                visit(parameters[i].Name, method.Residual.IsEmpty ? default : method.Residual.Slice(at, count), method, count == length);
            }
    }

    private Tensor Place(int i) => values.narrow(0, offsets[i], parameters[i].Parameter.numel()).view(parameters[i].Parameter.shape);

    private static unsafe nint Address(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes) return (nint)first;
    }

    /// <summary>Piece after piece.</summary>
    private sealed class Pieces((int Start, int Length, AllReduceMethod Method)[] pieces) : AllReduceMethod
    {
        public override void Run(Span<float> values)
        {
            foreach (var (start, length, method) in pieces) method.Run(values.Slice(start, length));
        }
    }
}
