using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Time of an evaluation on the validation data by the examples a batch, alone and beside another that does the same on another thread;
/// lower quartiles of rounds, which take turns.
/// </summary>
internal sealed class EvaluationBatches : Benchmark
{
    public override string Name => "evaluation-batches";

    public override string Summary =>
        "time of an evaluation by its batch, alone and beside another: workload=<name> [option=name=value, repeatable] "
        + "[batches=16,32,64,128,256,500] [rounds=9] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var sizes = options.List("batches", "16,32,64,128,256,500").Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray();
        var rounds = options.Integer("rounds", 9);
        set_num_threads(1);
        using var mine = new Evaluated(options);
        using var neighbour = new Evaluated(options);
        var (alone, beside) = (sizes.ToDictionary(s => s, _ => new List<double>()), sizes.ToDictionary(s => s, _ => new List<double>()));
        foreach (var size in sizes) mine.Evaluate(size);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var size in sizes)
            {
                alone[size].Add(mine.Evaluate(size));
                using var done = new CancellationTokenSource();
                using var began = new ManualResetEventSlim();
                void Neighbour()
                {
                    for (began.Set(); !done.IsCancellationRequested;) neighbour.Evaluate(size);
                }
                var thread = new Thread(Neighbour) { IsBackground = true };
                thread.Start();
                began.Wait();
                beside[size].Add(mine.Evaluate(size));
                done.Cancel();
                thread.Join();
            }
        }
        Console.WriteLine($"{options.Text("workload")}, {mine.Count} examples, {rounds} rounds in turns; milliseconds, lower quartiles");
        Console.WriteLine($"{"batch",6} {"alone",9} {"beside",9} {"ratio",6}");
        foreach (var size in sizes)
        {
            var (one, two) = (alone[size].LowerQuartile(), beside[size].LowerQuartile());
            Console.WriteLine($"{size,6} {1e3 * one,9:F1} {1e3 * two,9:F1} {two / one,6:F2}");
        }
        return 0;
    }

    private sealed class Evaluated : IDisposable
    {
        private readonly Workload workload;
        private readonly WorkloadData data;
        private readonly Module<Tensor, Tensor> model;

        public Evaluated(BenchmarkOptions options)
        {
            var given = options.All("option").Select(o => o.Split('=', 2)).ToImmutableSortedDictionary(o => o[0], o => o[1]);
            var setup = new WorkloadSetup { Options = given, DataDirectory = options.Text("data", Path.GetTempPath()) };
            workload = new WorkloadCatalogue().Create(new() { Name = options.Text("workload"), Options = given });
            data = workload.Load(setup);
            model = workload.CreateModel(setup);
            model.eval();
        }

        public int Count => data.Validation.Count;

        public double Evaluate(int size)
        {
            using var off = no_grad();
            var began = Stopwatch.GetTimestamp();
            Evaluation.Mean(workload, model, data.Validation, CPU, batchSize: size);
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        public void Dispose()
        {
            model.Dispose();
            data.Dispose();
        }
    }
}
