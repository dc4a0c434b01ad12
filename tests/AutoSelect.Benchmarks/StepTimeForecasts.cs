using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using TorchSharp;

namespace AutoSelect.Benchmarks;

/// <summary>
/// How far forecasts of step and evaluation times are off, by strategy and batch size, in a store without earlier jobs: before anything was
/// measured, once the first candidate of the list was, and after each one's own first steps. The truth is the wall clock of the steps that
/// follow, other load included; candidates take turns, so that each meets some of it.
/// </summary>
internal sealed class StepTimeForecasts : Benchmark
{
    private const double MostAfter = 1.5;

    public override string Name => "step-time-forecasts";

    public override string Summary => "step times as forecast and as they were: [workload=fashion-mnist-mlp] [option=name=value,…] "
        + "[batches=128,1024] [only=<strategy>,…] [first=60] [steps=120] [rounds=2]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (first, steps, rounds) = (options.Integer("first", 60), options.Integer("steps", 120), options.Integer("rounds", 2));
        var (workload, given) = (options.Text("workload", "fashion-mnist-mlp"), options.List("option", "dataset=synthetic,examples=20000"));
        var folder = Directory.CreateTempSubdirectory("autoselect-forecasts").FullName;
        var reference = new WorkloadReference
        {
            Name = workload,
            Options = given.Select(o => o.Split('=', 2)).ToImmutableSortedDictionary(o => o[0], o => o[1]),
        };
        var description = new WorkloadCatalogue().Inspect(reference, folder, prepareData: true);
        var strategies = new StrategyCatalogue(typeof(Sgd).Assembly);
        string[] known = [.. strategies.Descriptions.Where(s => s.InDefaultSet).Select(s => s.Name), "shampoo"];
        var names = options.List("only", string.Join(',', known.OrderBy(n => n == "nadamw" ? 0 : 1)));
        WholeRun[] runs = [.. from name in names
                              from batch in options.List("batches", "128,1024")
                              select new WholeRun
                              {
                                  Workload = workload,
                                  Options = given,
                                  Strategy = name,
                                  Batch = int.Parse(batch, CultureInfo.InvariantCulture),
                                  Epochs = 10_000,
                                  TrainingExamples = description.TrainingExamples!.Value,
                                  EvaluationsPerEpoch = .5,
                              }];
        var questions = Array.ConvertAll(runs, run => StepTimeQuestion.ForCandidate(
            run.Assignment(folder).Candidate, strategies[run.Strategy].Description, description, DeviceKind.Cpu));
        var model = new StepTimeModel([]);
        var predicted = Array.ConvertAll(questions, model.Predict);
        // Without what is known of layers, parameters and validation data.
        var blind = Array.ConvertAll(questions, q => model.Predict(
            q with { MatrixWork = default, Parameters = null, EvaluationExamples = null, EvaluatedWeights = 1 }));

        var measured = Array.ConvertAll(runs, _ => new Measured());
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < runs.Length; i++) Measure(runs[i], first, steps, folder, measured[i]);
        StepTimeEvidence[] before = [.. runs.Select((r, i) => new StepTimeEvidence(r.Strategy, predicted[i]))];
        StepTimeEvidence[] own =
            [.. before.Select((e, i) => e with { Measured = measured[i].First, EvaluationSeconds = measured[i].Evaluation })];
        var afterOne = JobStepTimes.Posterior([own[0], .. before[1..]]);
        var afterOwn = JobStepTimes.Posterior(own);

        Console.WriteLine($"{workload} {string.Join(' ', given)}; {first} steps measured, {steps} forecast, {rounds} rounds in turns");
        Console.WriteLine("forecast over truth         truth ms  contention  without layers   before  after the first   after its own");
        for (var i = 0; i < runs.Length; i++)
        {
            var truth = measured[i].Truth;
            Console.WriteLine(
                $"{runs[i].Strategy,-20} {runs[i].Batch,5} {1e3 * truth,9:F1} {measured[i].Contention,11:F2} "
                + $"{blind[i].MedianSeconds / truth,15:F2} {predicted[i].MedianSeconds / truth,8:F2} "
                + $"{afterOne[i].MedianSeconds / truth,16:F2} {afterOwn[i].MedianSeconds / truth,15:F2}");
        }
        var others = Enumerable.Range(1, runs.Length - 1).ToArray();
        double[] Off(IReadOnlyList<StepTimeForecast> forecasts) =>
            [.. others.Select(i => Math.Exp(Math.Abs(Math.Log(forecasts[i].MedianSeconds / measured[i].Truth)))).Order()];
        foreach (var (what, off) in new[] { ("without layers", Off(blind)), ("before", Off(predicted)), ("after the first", Off(afterOne)),
            ("after its own", Off(afterOwn)) })
            Console.WriteLine(
                $"{what,-16} off by a factor of {off[off.Length / 2]:F2} in the median, {off[^1]:F2} at most, within {MostAfter} "
                + $"{off.Count(o => o <= MostAfter)} of {off.Length}");
        var evaluation = measured.Average(m => m.Evaluation);
        Console.WriteLine(
            $"an evaluation takes {evaluation:F3} s; forecast over it: without validation data "
            + $"{blind[0].EvaluationSeconds / evaluation:F2}, before {predicted[0].EvaluationSeconds / evaluation:F2}, after the first "
            + $"{afterOne[^1].EvaluationSeconds / evaluation:F2}");
        Directory.Delete(folder, recursive: true);
        return Off(afterOne)[^1] <= MostAfter ? 0 : 1;
    }

    private static void Measure(WholeRun run, int first, int steps, string folder, Measured measured)
    {
        using var trainer = new SegmentTrainer(new StrategyCatalogue(typeof(Sgd).Assembly), new WorkloadCatalogue(), folder, torch.CPU);
        var watcher = new Watcher();
        var whole = run.Assignment(folder);
        var probe = Ended(trainer.Train(whole with { UntilStep = first }, watcher));
        var rest = Ended(trainer.Train(whole with { UntilStep = first + steps, From = probe.Checkpoint }, watcher));
        measured.First ??= probe.StepTime;
        measured.Times.Add(rest.DeviceSeconds / steps);
        measured.Evaluations.Add((probe.EvaluationSeconds + rest.EvaluationSeconds) / Math.Max(1, watcher.Points.Count));
        measured.Contentions.Add(
            watcher.Points is [.., { CpuSeconds: > 0 } last] ? last.DeviceSeconds / last.CpuSeconds.Value : double.NaN);
    }

    private static SegmentReport Ended(SegmentReport report) =>
        report.End == SegmentEnd.BudgetReached ? report : throw new InvalidOperationException($"{report.End}: {report.Reason}");

    private sealed class Measured
    {
        public StepTime? First { get; set; }

        public List<double> Times { get; } = [];

        public List<double> Evaluations { get; } = [];

        public List<double> Contentions { get; } = [];

        public double Truth => Times.Average();

        public double Evaluation => Evaluations.Average();

        /// <summary>Wall over thread-CPU time.</summary>
        public double Contention => Contentions.Average();
    }

    private sealed class Watcher : ISegmentObserver
    {
        public List<CurvePoint> Points { get; } = [];

        public SegmentOrder Order => SegmentOrder.Continue;

        public void OnPoint(CurvePoint point) => Points.Add(point);

        public void OnCheckpoint(Checkpoint checkpoint) { }

        public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
    }
}
