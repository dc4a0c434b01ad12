using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Step time and value of a built-in workload on its real data. Arguments: workload, strategy (default nadamw), batch size (256), steps
/// (400), data directory (a temporary one, so that the data is fetched afresh), learning rate (the strategy's default), workload options as
/// name=value.
/// </summary>
internal sealed class WorkloadSpeed : Benchmark, ISegmentObserver
{
    public override string Name => "workload-speed";

    public override string Summary => "time to load, step time and learning curve of one workload on real data";

    public SegmentOrder Order => SegmentOrder.Continue;

    public override int Run(string[] arguments)
    {
        string Argument(int index, string fallback) => arguments.Length > index ? arguments[index] : fallback;
        int Number(int index, int fallback) => int.Parse(Argument(index, $"{fallback}"), CultureInfo.InvariantCulture);
        var (name, strategy, batchSize, steps) = (Argument(0, "fashion-mnist-mlp"), Argument(1, "nadamw"), Number(2, 256), Number(3, 400));
        var scratch = Directory.CreateTempSubdirectory("autoselect-speed").FullName;
        var dataDirectory = Argument(4, Path.Combine(scratch, "data"));
        var options = arguments.Skip(6).Select(o => o.Split('=', 2)).ToImmutableSortedDictionary(o => o[0], o => o[1]);
        var reference = new WorkloadReference { Name = name, Options = options };
        var workloads = new WorkloadCatalogue();
        var began = Stopwatch.GetTimestamp();
        var description = workloads.Inspect(reference, dataDirectory, prepareData: true);
        Console.WriteLine(
            $"{name}: {description.TrainingExamples} training examples, {description.ForwardMultiplyAdds:N0} multiply-adds; made ready in "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F2} s");
        var strategies = new StrategyCatalogue(typeof(Sgd).Assembly);
        var rate = Argument(5, "");
        var none = ImmutableSortedDictionary<string, double>.Empty;
        var hyperparameters = rate.Length == 0 ? none : none.Add("learningRate", double.Parse(rate, CultureInfo.InvariantCulture));
        var chosen = strategies[strategy].Description;
        using var trainer = new SegmentTrainer(strategies, workloads, dataDirectory, CPU);
        var report = trainer.Train(
            new SegmentAssignment
            {
                Job = new("speed"),
                Trial = new("t01"),
                LeaseToken = 1,
                Candidate = new()
                {
                    Name = strategy,
                    Strategy = strategy,
                    Hyperparameters = hyperparameters,
                    BatchSize = batchSize,
                    Schedule = new() { Kind = chosen.Schedule, HorizonEpochs = 1, WarmupFraction = chosen.WarmupFraction },
                    Seed = 1,
                },
                Workload = reference,
                Evaluation = new(),
                UntilStep = steps,
                CheckpointEverySeconds = double.PositiveInfinity,
                Folder = scratch,
                HorizonSteps = steps,
                Direction = description.Direction,
                Rung = 0,
            },
            this);
        Console.WriteLine(
            $"{report.End} {report.Reason} at step {report.Step}: {1000 * report.StepTime?.LowerQuartileSeconds:F2} ms a step (lower "
            + "quartile), "
            + $"{report.DeviceSeconds:F1} s training, {report.EvaluationSeconds:F1} s evaluating, {report.OverheadSeconds:F1} s loading "
            + $"and saving, checkpoint {report.Checkpoint?.Bytes / 1e6:F1} MB");
        Directory.Delete(scratch, recursive: true);
        return report.End == SegmentEnd.BudgetReached ? 0 : 1;
    }

    public void OnPoint(CurvePoint point) =>
        Console.WriteLine(
            $"  step {point.Step,6}  {point.DeviceSeconds,7:F1} s  value {point.Value:F4}  averaged {point.AveragedValue:F4}  loss "
            + $"{point.TrainingLoss:F4}");

    public void OnCheckpoint(Checkpoint checkpoint) { }

    public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
}
