using AutoSelect.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// One inversion of all blocks' factors on another thread, from a copy of them, while training goes on with the inverses before. Its
/// result is used from a step fixed at the beginning, for which the training thread waits if it must, so that the weights do not depend on
/// how fast the other thread is.
/// </summary>
internal sealed class BackgroundInversion : IDisposable
{
    private readonly IReadOnlyList<LayerBlock> blocks;
    private readonly Task<Tensor[]?[]> inversion;

    private BackgroundInversion(IReadOnlyList<LayerBlock> blocks, long swapStep, Task<Tensor[]?[]> inversion, bool isEverywhere)
    {
        this.blocks = blocks;
        IsEverywhere = isEverywhere;
        SwapStep = swapStep;
        this.inversion = inversion;
    }

    /// <summary>First step that uses the result.</summary>
    public long SwapStep { get; }

    /// <summary>True when every rank has the result of all blocks, as where there is one rank.</summary>
    public bool IsEverywhere { get; }

    /// <summary>Copies the factors and begins.</summary>
    /// <param name="isEverywhere">False when other ranks invert other blocks.</param>
    public static BackgroundInversion Begin(IReadOnlyList<LayerBlock> blocks, double damping, long swapStep, bool isEverywhere = true)
    {
        Tensor[][] copies = [.. blocks.Select(block => block.Factors.Select(factor => factor.clone().DetachFromDisposeScope()).ToArray())];
        var threads = get_num_threads();
        return new(blocks, swapStep, Task.Run(() => Invert(blocks, copies, damping, threads)), isEverywhere);
    }

    /// <summary>Waits for the result and puts it into the blocks.</summary>
    /// <returns>How many blocks keep their old inverses because their factors could not be inverted.</returns>
    /// <exception cref="InvalidOperationException">The inversion threw.</exception>
    public int SwapIn() => blocks.Zip(Result(), (block, inverses) => block.Replace(inverses)).Count(replaced => !replaced);

    /// <summary>Waits for the results of all ranks and makes one of them that every rank has, under no_grad.</summary>
    public BackgroundInversion Gathered(DistributedBlocks distribution)
    {
        using var scope = NewDisposeScope();
        var own = blocks.Zip(Result()).ToDictionary(pair => pair.First, pair => pair.Second);
        var found = distribution.Blocks.ToDictionary(block => block, block => ones(1).mul_(own.GetValueOrDefault(block) is null ? 0 : 1));
        var all = distribution.Blocks.ToDictionary(block => block, block =>
            block.Inverses.Zip(own.GetValueOrDefault(block) ?? block.Inverses,
                (like, inverse) => like.clone().copy_(inverse).DetachFromDisposeScope()).ToArray());
        distribution.Gather(block => [.. all[block], found[block]]);
        Tensor[]? Found(LayerBlock block)
        {
            if (found[block].ToSingle() > 0) return all[block];
            foreach (var tensor in all[block]) tensor.Dispose();
            return null;
        }
        return new(distribution.Blocks, SwapStep, Task.FromResult(distribution.Blocks.Select(Found).ToArray()), isEverywhere: true);
    }

    /// <summary>Waits for the result and saves it.</summary>
    public void Save(StateDictionary state)
    {
        state.SetScalar("swapStep", SwapStep);
        foreach (var (block, inverses) in blocks.Zip(Result()))
            for (var i = 0; i < (inverses?.Length ?? 0); i++) state.Set($"{block.Name}.{i}", inverses![i]);
    }

    /// <returns>What <see cref="Save"/> wrote, or null when the checkpoint has none.</returns>
    public static BackgroundInversion? Load(IReadOnlyList<LayerBlock> blocks, StateDictionary state)
    {
        var swapStep = (long)state.GetScalar("swapStep");
        if (swapStep == None) return null;
        Tensor[]? Inverses(LayerBlock block)
        {
            if (!state.Contains($"{block.Name}.0")) return null;
            Tensor[] inverses = [.. block.Inverses.Select(inverse => empty_like(inverse).DetachFromDisposeScope())];
            for (var i = 0; i < inverses.Length; i++) state.CopyTo($"{block.Name}.{i}", inverses[i]);
            return inverses;
        }
        return new(blocks, swapStep, Task.FromResult(blocks.Select(Inverses).ToArray()), isEverywhere: true);
    }

    /// <summary>Says in a checkpoint that no inversion is on its way.</summary>
    public static void SaveNone(StateDictionary state) => state.SetScalar("swapStep", None);

    /// <summary>Waits for the thread, whatever came of it.</summary>
    public void Dispose()
    {
        Task.WaitAny(inversion);
        if (!inversion.IsCompletedSuccessfully) return;
        foreach (var inverse in inversion.GetAwaiter().GetResult().OfType<Tensor[]>().SelectMany(inverses => inverses)) inverse.Dispose();
    }

    private const long None = -1;

    private Tensor[]?[] Result()
    {
        try
        {
            return inversion.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"kfac: inverting the factors in the background for step {SwapStep} failed: {e.Message}", e);
        }
    }

    // Dispose scopes, grad mode and OpenMP's thread count belong to a thread, so this one sets its own.
    private static Tensor[]?[] Invert(IReadOnlyList<LayerBlock> blocks, Tensor[][] copies, double damping, int threads)
    {
        try
        {
            set_num_threads(threads);
            using var off = no_grad();
            using var scope = NewDisposeScope();
            var inverses = blocks.Zip(copies, (block, factors) => block.Inverted(factors, damping)).ToArray();
            foreach (var inverse in inverses.OfType<Tensor[]>().SelectMany(list => list)) inverse.DetachFromDisposeScope();
            return inverses;
        }
        finally
        {
            foreach (var copy in copies.SelectMany(list => list)) copy.Dispose();
        }
    }
}
