using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Whole runs on several ranks with each kind of communication, over networks of several speeds and with several seeds; one line of JSON
/// for each, appended to a file. Runs that stand there are left out, so that it resumes. <c>eng/plot-communication FILE</c> makes tables
/// and plot.
/// </summary>
internal sealed class CommunicationCurves : Benchmark
{
    public override string Name => "communication-curves";

    public override string Summary => "learning curves by communication and network: out=<file.jsonl> [workload=fashion-mnist-mlp] "
        + "[strategy=nadamw] [batch=256] [epochs=3] [ranks=2] [seeds=1] [communication=fp32,fp16,…] "
        + "[networks=memory,1Gbit:.1ms,100Mbit:2ms] [evaluations=4] [examples=55000] [target=…] [values=name:value,…] [overlap=None] "
        + "[option=name=value, repeatable]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var file = options.Text("out");
        if (file.Length == 0) throw new ArgumentException("'out' is missing: name the file of results.");
        var done = (File.Exists(file) ? File.ReadLines(file) : [])
            .Select(line => JsonSerializer.Deserialize<CommunicationCurve>(line, RecordJson.Options)!.Key).ToHashSet();
        var folder = Directory.CreateTempSubdirectory("autoselect-curves").FullName;
        var text = options.Text("workload", "fashion-mnist-mlp") == "char-transformer";
        foreach (var network in options.List("networks", "memory"))
        {
            var (bandwidth, latency) = NetworkName.Parse(network);
            using var trainer = new RankedTrainer(options.Integer("ranks", 2), bandwidth, latency);
            for (var seed = 1; seed <= options.Integer("seeds", 1); seed++)
                foreach (var communication in options.List("communication", "fp32,fp16,fp8-e4m3,powersgd-2,diloco-20"))
                {
                    var run = new WholeRun
                    {
                        Workload = options.Text("workload", "fashion-mnist-mlp"),
                        Options = options.All("option"),
                        Strategy = options.Text("strategy", "nadamw"),
                        Batch = options.Integer("batch", 256),
                        Epochs = options.Number("epochs", 3),
                        TrainingExamples = options.Integer("examples", 55_000),
                        Seed = seed,
                        Values = options.Text("values"),
                        EvaluationsPerEpoch = options.Number("evaluations", 4),
                        Ranks = options.Integer("ranks", 2),
                        Communication = communication,
                        Plan = new() { Overlap = Enum.Parse<ExchangeOverlap>(options.Text("overlap", "None")) },
                        Direction = text ? Direction.Minimize : Direction.Maximize,
                        StopAtValue = options.Text("target") is { Length: > 0 } target ? double.Parse(target, CultureInfo.InvariantCulture)
                            : null,
                    };
                    var key = $"{run.Workload} {run.Strategy} batch {run.Batch}, {run.Epochs} epochs, {run.Ranks} ranks, {network}, "
                        + $"{communication}, seed {seed}";
                    if (done.Contains(key)) continue;
                    var result = trainer.Train(run.Assignment(Path.Combine(folder, key)));
                    var curve = new CommunicationCurve(key, run.Workload, network, communication, seed,
                        result.Report!.StepTime!.LowerQuartileSeconds,
                        [.. result.Points.Select(p => new CurveValue(p.Step, p.DeviceSeconds, p.Deliverable(run.Direction)))],
                        result.Points[^1].Diagnostics?.ToDictionary() ?? []);
                    File.AppendAllText(file, JsonSerializer.Serialize(curve, RecordJson.Options) + "\n");
                    Console.WriteLine(
                        $"{key}: {curve.Points[^1].Value:F4} after {curve.Points[^1].Seconds:F1} s, {1e3 * curve.StepSeconds:F2} ms a "
                        + "step");
                }
        }
        Directory.Delete(folder, recursive: true);
        return 0;
    }
}

internal sealed record CommunicationCurve(
    string Key, string Workload, string Network, string Communication, int Seed, double StepSeconds,
    IReadOnlyList<CurveValue> Points, Dictionary<string, double> Figures);

internal sealed record CurveValue(long Step, double Seconds, double Value);
