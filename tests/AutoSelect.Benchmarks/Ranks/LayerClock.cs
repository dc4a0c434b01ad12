using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Strategies;
using AutoSelect.Training;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What each layer takes of a step, by time stamps where the forward pass enters a layer and where the backward pass leaves it. What stands between layers with
/// parameters counts to the one before it; the loss to the last one's backward pass; clearing gradients and updating is divided by parameters.
/// </summary>
internal sealed class LayerClock : GradientPass, IDisposable
{
    private readonly GradientPass inner;
    private readonly long[] entered, left;
    private readonly BackwardWatch watch;
    private long begun, output, ended;

    private LayerClock(GradientPass inner, nn.Module model)
    {
        this.inner = inner;
        var layers = BucketPlan.Layers(model);
        (entered, left) = (new long[layers.Count], new long[layers.Count]);
        watch = new BackwardWatch(model, layers.Select(l => l.Parameters.Select(p => p.Parameter)), complete: l => left[l] = Stopwatch.GetTimestamp(), needed: l => entered[l] = Stopwatch.GetTimestamp());
    }

    /// <summary>Lower quartiles over so many steps on a batch, after as many to warm up.</summary>
    public static IReadOnlyList<LayerTime> Measure(SegmentAssignment assignment, int batch, int steps, string dataDirectory)
    {
        using var scope = NewDisposeScope();
        using var loaded = new LoadedWorkload(new WorkloadCatalogue(), assignment.Workload, dataDirectory, CPU);
        manual_seed(1);
        using var model = loaded.Workload.CreateModel(loaded.Setup);
        var strategy = new StrategyCatalogue(typeof(Sgd).Assembly)[assignment.Candidate.Strategy];
        var task = new TrainingTask { Model = model, Loss = loaded.Workload.Loss, SampleTargets = loaded.Workload.SampleTargets, Candidate = assignment.Candidate, HorizonSteps = assignment.HorizonSteps, Strategy = strategy.Description };
        var layers = BucketPlan.Layers(model).Select(l => (Parameters: l.Parameters.Sum(p => p.Parameter.numel()), Rows: (int)l.Parameters[0].Parameter.shape[0])).ToList();
        using var clock = new LayerClock(task.Gradients, model);
        task.Gradients = clock;
        using var stepper = strategy.Start(task);
        using var order = new DataOrder(1, loaded.Data.Training.Count, batch, CPU);
        var times = new List<(double[] Forward, double[] Backward, double Other)>();
        for (var step = 0; step < 2 * steps; step++)
        {
            using var stepScope = NewDisposeScope();
            var started = Stopwatch.GetTimestamp();
            stepper.Step(loaded.Data.Training.Pick(order.Indices(step % order.StepsPerEpoch)));
            if (step >= steps) times.Add(clock.Read(started, Stopwatch.GetTimestamp()));
        }
        double Quartile(Func<(double[] Forward, double[] Backward, double Other), double> of) => times.Select(of).Order().ElementAt(times.Count / 4);
        var rest = Quartile(t => t.Other) / layers.Sum(l => l.Parameters);
        return [.. layers.Select((l, i) => new LayerTime(Quartile(t => t.Forward[i]), Quartile(t => t.Backward[i]), rest * l.Parameters, l.Parameters, l.Rows))];
    }

    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        this.watch.Arm();
        begun = Stopwatch.GetTimestamp();
        var loss = inner.Run(batch, watch with { After = given => { output = Stopwatch.GetTimestamp(); watch.After?.Invoke(given); } }, share);
        ended = Stopwatch.GetTimestamp();
        this.watch.Disarm();
        return loss;
    }

    public void Dispose() => watch.Dispose();

    private (double[] Forward, double[] Backward, double Other) Read(long started, long done)
    {
        var last = entered.Length - 1;
        var (forward, backward) = (new double[last + 1], new double[last + 1]);
        for (var i = 0; i <= last; i++)
        {
            forward[i] = Seconds(i == 0 ? begun : entered[i], i == last ? output : entered[i + 1]);
            backward[i] = Seconds(i == last ? output : left[i + 1], i == 0 ? ended : left[i]);
        }
        return (forward, backward, Seconds(started, begun) + Seconds(ended, done));
    }

    private static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;
}
