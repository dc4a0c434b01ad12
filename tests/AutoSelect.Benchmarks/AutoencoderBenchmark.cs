using System.Globalization;
using AutoSelect.Strategies;
using AutoSelect.Training;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Steps and thread-CPU seconds each strategy needs to bring the autoencoder on MNIST to one validation loss at batch 500, constant
/// learning rate, no weight decay, with five hyperparameter points for each. A point is given up when it has
/// taken as many steps as the best point of its strategy before it, which changes no result. Validation loss is the
/// cross-entropy of the pixels, summed over an image; the mean image alone gives 206.7. Schedule-Free AdamW runs only when asked for.
/// </summary>
internal sealed class AutoencoderBenchmark : Benchmark
{
    private const int BatchSize = 500;

    public override string Name => "autoencoder";

    public override string Summary => "steps and CPU time of every strategy to one loss: autoencoder [seeds=1] [target=<loss>] [data=<folder>] [only=<strategy> point=name:value,… limit=<steps> trace=1]";

    private static readonly (TrainingStrategy Strategy, string[] Points)[] Plan =
    [
        (new Sgd(), ["learningRate:.001", "learningRate:.0003", "learningRate:.003", "learningRate:.01", "learningRate:.03"]),
        (new NAdamW(), ["learningRate:.004", "learningRate:.002", "learningRate:.008", "learningRate:.001", "learningRate:.016"]),
        // The clip, not the learning rate, sets the length of K-FAC's steps here.
        (new Kfac(), ["damping:.0003,klClip:.003", "damping:.0003,klClip:.01", "damping:.001,klClip:.003", "damping:.0001,klClip:.003", "damping:.0003,klClip:.001"]),
        (new ScheduleFreeAdamW(), ["learningRate:.004", "learningRate:.002", "learningRate:.008", "learningRate:.001", "learningRate:.016"]),
    ];

    public override int Run(string[] arguments)
    {
        var options = arguments.Select(a => a.Split('=', 2)).ToLookup(a => a[0], a => a.Length > 1 ? a[1] : "");
        string Option(string name, string fallback) => options[name].FirstOrDefault() ?? fallback;
        var target = Parse(Option("target", "110"));
        var limit = int.Parse(Option("limit", AutoencoderRun.Horizon.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var only = Option("only", "");
        var plan = Plan.Where(p => only.Length == 0 ? p.Strategy is not ScheduleFreeAdamW : p.Strategy.Description.Name == only).ToArray();
        if (options.Contains("point")) plan = [.. plan.Select(p => (p.Strategy, options["point"].ToArray()))];
        using var data = new Autoencoder().Load(new WorkloadSetup
        {
            Options = new Dictionary<string, string> { ["dataset"] = Option("dataset", "mnist"), ["data"] = Option("data", "") },
            DataDirectory = Path.GetTempPath(),
        });

        var best = new List<(string Strategy, long Seed, AutoencoderResult Result)>();
        for (var seed = 1L; seed <= int.Parse(Option("seeds", "1"), CultureInfo.InvariantCulture); seed++)
            foreach (var (strategy, points) in plan)
            {
                AutoencoderResult? winner = null;
                foreach (var point in points)
                {
                    var values = point.Split(',').Select(v => v.Split(':')).ToDictionary(v => v[0], v => Parse(v[1]));
                    var result = new AutoencoderRun(data, seed, BatchSize).ToTarget(strategy, values, target, winner?.Steps ?? limit,
                        options.Contains("trace") ? (step, seconds, loss) => Console.WriteLine($"    {step,5} {seconds,8:F2} {loss:F3}") : null);
                    Console.WriteLine($"seed {seed} {strategy.Description.Name,-20} {point,-45} {result.Steps?.ToString(CultureInfo.InvariantCulture) ?? "missed",7} steps {result.CpuSeconds,7:F2} s, loss {result.Loss:F2} {string.Join(", ", result.Diagnostics.Select(d => $"{d.Key} {d.Value:G3}"))}");
                    if (result.Steps is not null && (winner is null || result.CpuSeconds < winner.CpuSeconds)) winner = result;
                }
                if (winner is not null) best.Add((strategy.Description.Name, seed, winner));
            }
        return only.Length > 0 ? 0 : Summarise(best, target);
    }

    private static int Summarise(List<(string Strategy, long Seed, AutoencoderResult Result)> best, double target)
    {
        Console.WriteLine($"\nBest of five points, to validation loss {target}:");
        var reached = true;
        foreach (var seed in best.GroupBy(b => b.Seed))
        {
            foreach (var (strategy, _, result) in seed)
                Console.WriteLine($"  seed {seed.Key} {strategy,-20} {result.Steps,6} steps {result.CpuSeconds,7:F2} CPU seconds, {1e3 * result.CpuSeconds / result.Steps,6:F2} ms a step");
            var firstOrder = seed.Where(b => b.Strategy is "sgd" or "nadamw").ToArray();
            var kfac = seed.FirstOrDefault(b => b.Strategy == "kfac").Result;
            if (kfac is null || firstOrder.Length == 0) return 1;
            var (steps, seconds) = ((double)kfac.Steps! / firstOrder.Min(b => b.Result.Steps!.Value), kfac.CpuSeconds / firstOrder.Min(b => b.Result.CpuSeconds));
            Console.WriteLine($"  seed {seed.Key} kfac over the best of sgd and nadamw: {steps:F2} of the steps (at most .33), {seconds:F2} of the CPU time (at most .60)");
            reached &= steps <= 1 / 3.0 && seconds <= .6;
        }
        return reached ? 0 : 1;
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
