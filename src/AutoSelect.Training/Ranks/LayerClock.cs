using System.Diagnostics;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>What a layer takes of a step.</summary>
/// <param name="ForwardSeconds">Forward pass, up to the next layer with parameters.</param>
/// <param name="BackwardSeconds">Backward pass.</param>
/// <param name="Parameters">Trainable values.</param>
/// <param name="Rows">Rows of its first parameter as a matrix.</param>
public sealed record LayerCost(double ForwardSeconds, double BackwardSeconds, long Parameters, int Rows);

/// <summary>
/// Measures the layers of a model by time stamps where the forward pass enters a layer and where the backward pass leaves it. What stands
/// between layers with parameters counts to the one before it, and the loss to the last one's backward pass. On an accelerator these are
/// the times of launching.
/// </summary>
internal sealed class LayerClock : IDisposable
{
    private readonly TrainingTask task;
    private readonly IReadOnlyList<(long Parameters, int Rows)> layers;
    private readonly long[] entered, left;
    private readonly BackwardWatch watch;

    private LayerClock(TrainingTask task)
    {
        this.task = task;
        var found = BucketPlan.Layers(task.Model);
        layers = [.. found.Select(l =>
            (l.Parameters.Sum(p => p.Parameter.numel()), (int)l.Parameters[0].Parameter.shape.FirstOrDefault(1)))];
        (entered, left) = (new long[found.Count], new long[found.Count]);
        watch = new BackwardWatch(task.Model, found.Select(l => l.Parameters.Select(p => p.Parameter)),
            complete: l => left[l] = Stopwatch.GetTimestamp(), needed: l => entered[l] = Stopwatch.GetTimestamp());
    }

    /// <summary>
    /// Lower quartiles over some passes on a batch, after as many to warm up; leaves weights, statistics of norms and generator as they
    /// were, and gradients at zero.
    /// </summary>
    /// <param name="task">Model and loss.</param>
    /// <param name="batch">One device's share of a batch.</param>
    /// <param name="passes">Passes that count.</param>
    public static IReadOnlyList<LayerCost> Measure(TrainingTask task, Batch batch, int passes)
    {
        using var scope = NewDisposeScope();
        var generator = get_rng_state();
        var buffers = task.Model.named_buffers().Select(b => (Live: b.buffer, Kept: b.buffer.clone())).ToList();
        using var clock = new LayerClock(task);
        var times = new List<(double[] Forward, double[] Backward)>();
        for (var pass = 0; pass < 2 * passes; pass++)
        {
            using var passScope = NewDisposeScope();
            var measured = clock.Pass(batch);
            if (pass >= passes) times.Add(measured);
        }
        using var off = no_grad();
        foreach (var parameter in task.Model.parameters()) parameter.grad?.zero_();
        foreach (var (live, kept) in buffers) live.copy_(kept);
        set_rng_state(generator);
        double Quartile(Func<(double[] Forward, double[] Backward), double> of) => times.Select(of).Order().ElementAt(times.Count / 4);
        return [.. clock.layers.Select((l, i) =>
            new LayerCost(Quartile(t => t.Forward[i]), Quartile(t => t.Backward[i]), l.Parameters, l.Rows))];
    }

    public void Dispose() => watch.Dispose();

    private (double[] Forward, double[] Backward) Pass(Batch batch)
    {
        var output = 0L;
        watch.Arm();
        var begun = Stopwatch.GetTimestamp();
        task.Gradients.Run(batch, new PassWatch(null, _ => output = Stopwatch.GetTimestamp()));
        var ended = Stopwatch.GetTimestamp();
        watch.Disarm();
        var last = entered.Length - 1;
        var (forward, backward) = (new double[last + 1], new double[last + 1]);
        for (var i = 0; i <= last; i++)
        {
            forward[i] = Seconds(i == 0 ? begun : entered[i], i == last ? output : entered[i + 1]);
            backward[i] = Seconds(i == last ? output : left[i + 1], i == 0 ? ended : left[i]);
        }
        return (forward, backward);
    }

    // A layer whose stamp is missing, as it is used in another order or shares its parameters, takes no time of its own.
    private static double Seconds(long from, long to) => from == 0 || to <= from ? 0 : Stopwatch.GetElapsedTime(from, to).TotalSeconds;
}
