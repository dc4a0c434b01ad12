using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Test accuracy of the CNN on Fashion-MNIST after the same number of epochs: SGD at batch 64 and 4096, K-FAC with the large-batch recipe
/// at 4096 without and with a smoothed loss (running mixup, label smoothing, weight perturbation). Means over seeds.
/// </summary>
internal sealed class LargeBatch : Benchmark
{
    private const double MostBehind = .002;
    private const string Reference = "sgd-64", Smoothed = "kfac-4096-smoothed";

    /// <summary>What runs; hyperparameters not named follow the strategy's rule for the batch.</summary>
    private static readonly (string Name, string Strategy, int Batch, string Values, Modifiers Modifiers)[] entries =
    [
        (Reference, "sgd", 64, "", new()),
        ("sgd-4096", "sgd", 4096, "learningRate:1", new()),
        ("kfac-4096", "kfac-large-batch", 4096, "", new()),
        (Smoothed, "kfac-large-batch", 4096, "", new() { MixupAlpha = .1, LabelSmoothing = .02, PerturbationSigma = .002 }),
    ];

    public override string Name => "large-batch";

    public override string Summary => "test accuracy at batch 64 and 4096: CNN on Fashion-MNIST [epochs=4] [first=1] [seeds=2] "
        + "[data=<folder>] [only=<entry>,… values=name:value,… mixup=<α> smoothing=<ε> sigma=<σ>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        double? Given(string name, double? fallback) => options.Number(name, fallback ?? 0) is var value and > 0 ? value : null;
        var (epochs, seeds, data, only) =
            (options.Number("epochs", 4), options.Integer("seeds", 2), options.Text("data"), options.List("only"));
        var accuracies = entries.Where(e => only.Length == 0 || only.Contains(e.Name)).ToDictionary(e => e.Name, _ => new List<double>());
        for (long seed = options.Integer("first", 1); seed <= seeds; seed++)
            foreach (var entry in entries.Where(e => accuracies.ContainsKey(e.Name)))
            {
                var modifiers = entry.Modifiers with
                {
                    MixupAlpha = Given("mixup", entry.Modifiers.MixupAlpha),
                    LabelSmoothing = Given("smoothing", entry.Modifiers.LabelSmoothing),
                    PerturbationSigma = Given("sigma", entry.Modifiers.PerturbationSigma),
                };
                var (final, seconds) = Train(
                    entry.Strategy, entry.Batch, options.Text("values", entry.Values), modifiers, epochs, seed, data);
                accuracies[entry.Name].Add(final.TestValue!.Value);
                Console.WriteLine(
                    $"seed {seed} {entry.Name,-20} test {final.TestValue:F4} validation {final.Value:F4} "
                    + $"{(final.IsAveraged ? "averaged" : "raw"),-8} {seconds,6:F1} s");
            }

        foreach (var (name, values) in accuracies)
            Console.WriteLine($"{name,-20} mean test accuracy {values.Average():F4}, {values.Min():F4} to {values.Max():F4}");
        if (only.Length > 0) return 0;
        var behind = accuracies[Reference].Average() - accuracies[Smoothed].Average();
        Console.WriteLine($"{Smoothed} is {100 * behind:F2} points behind {Reference}; at most {100 * MostBehind:F1} is wanted");
        return behind <= MostBehind ? 0 : 1;
    }

    private static (FinalWeights Final, double Seconds) Train(
        string name, int batch, string values, Modifiers modifiers, double epochs, long seed, string data)
    {
        var folder = Directory.CreateTempSubdirectory("autoselect-large-batch").FullName;
        using var trainer = new SegmentTrainer(new StrategyCatalogue(typeof(Sgd).Assembly), new WorkloadCatalogue(), folder, CPU);
        var assignment = new WholeRun
        {
            Workload = "fashion-mnist-cnn",
            Options = [$"data={data}"],
            Strategy = name,
            Batch = batch,
            Epochs = epochs,
            TrainingExamples = 55_000,
            Seed = seed,
            Values = values,
            Modifiers = modifiers,
        }.Assignment(folder);
        var report = trainer.Train(assignment, new Unwatched());
        if (report.End != SegmentEnd.BudgetReached)
            throw new InvalidOperationException($"{name} at batch {batch} ended as {report.End}: {report.Reason}");
        var final = trainer.Export(assignment with { From = report.Checkpoint }, Path.Combine(folder, "final.safetensors"));
        Directory.Delete(folder, recursive: true);
        return (final, report.DeviceSeconds);
    }

    private sealed class Unwatched : ISegmentObserver
    {
        public SegmentOrder Order => SegmentOrder.Continue;

        public void OnPoint(CurvePoint point) { }

        public void OnCheckpoint(Checkpoint checkpoint) { }

        public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
    }
}
