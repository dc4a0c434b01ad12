using System.Globalization;
using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Steps to a validation loss of the Fashion-MNIST perceptron with gradients that are all some updates stale (simulated, one after
/// another), with and without prediction of the parameters; each with the best of the same learning rates.
/// </summary>
internal sealed class StalenessRepairBenchmark : Benchmark
{
    private const double MostSteps = .8;
    private const int StepsBetweenEvaluations = 10, EvaluationExamples = 1_000;

    public override string Name => "staleness-repair";

    public override string Summary => "steps to a loss under simulated staleness by its repair: fashion-mnist-mlp [staleness=8] "
        + "[target=.4] [limit=1500] [batch=128] [seeds=1] [rates=.0025,…] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (staleness, target, limit) = (options.Integer("staleness", 8), options.Number("target", .4), options.Integer("limit", 1500));
        double[] rates = [.. options.List("rates", ".0025,.005,.01,.02,.04,.08")
            .Select(r => double.Parse(r, CultureInfo.InvariantCulture))];
        var workload = new FashionMnistMlp();
        var setup = new WorkloadSetup
        {
            Options = new Dictionary<string, string> { ["data"] = options.Text("data") },
            DataDirectory = Path.GetTempPath(),
        };
        using var data = workload.Load(setup);
        Console.WriteLine(
            $"simulated staleness {staleness}, momentum .9, batch {options.Integer("batch", 128)}: steps to a validation loss of {target}, "
            + $"for each learning rate ({string.Join(", ", rates)}), mean over the seeds that reached it");
        var fresh = Best("none, not stale", StalenessRepair.None, 0);
        var stale = Best("none", StalenessRepair.None, staleness);
        double[] repaired =
        [
            Best("momentum", StalenessRepair.Momentum, staleness), Best("least squares", StalenessRepair.LeastSquares, staleness)
        ];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"over stale: momentum {repaired[0] / stale:F2}, least squares {repaired[1] / stale:F2}; not "
                + $"stale {fresh / stale:F2}; wanted at most {MostSteps}"));
        return repaired.Min() <= MostSteps * stale ? 0 : 1;

        double Best(string name, StalenessRepair repair, int stale)
        {
            double[] steps = [.. rates.Select(rate =>
                Enumerable.Range(1, options.Integer("seeds", 1)).Average(seed => (double)Steps(seed, rate, repair, stale)))];
            Console.WriteLine($"{name,-16} {string.Join(' ', steps.Select(s => s > limit ? "     –" : $"{s,6:F0}"))}");
            return steps.Min();
        }

        // One more than the limit where it is missed.
        int Steps(int seed, double rate, StalenessRepair repair, int stale)
        {
            torch.manual_seed(seed);
            using var model = workload.CreateModel(setup);
            using var order = new DataOrder(seed, data.Training.Count, options.Integer("batch", 128), CPU);
            using var outer = NewDisposeScope();
            var validation = data.Validation.Pick(arange(EvaluationExamples));
            using var sgd = new SimulatedStaleSgd(model, workload.Loss, new() { LearningRate = _ => rate, Repair = repair }, stale);
            for (var step = 1; step <= limit; step++)
            {
                using var scope = NewDisposeScope();
                sgd.Step(data.Training.Pick(order.Indices(step - 1)));
                if (step % StepsBetweenEvaluations != 0) continue;
                sgd.ShowWeights();
                using var off = no_grad();
                var loss = workload.Loss(model.call(validation.Inputs), validation.Targets).ToDouble();
                if (options.Text("trace").Length > 0 && step % 100 == 0)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {repair} {stale} {rate} {step} {loss:F2}"));
                if (loss <= target) return step;
                if (!double.IsFinite(loss)) break;
            }
            return limit + 1;
        }
    }
}
