using System.Globalization;
using System.Text.Json;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Steps and thread-CPU seconds of every strategy to one validation loss of the autoencoder on MNIST, at several batch sizes and seeds,
/// with five points for each. One JSON line a run is appended to a file; runs that stand there are left out, so that a sweep resumes.
/// <c>eng/plot-autoencoder FILE</c> makes the table and the plot.
/// </summary>
/// <remarks>
/// Points are for batch 500 (<see cref="AutoencoderPoints"/>); at another batch the strategy's own rule scales them. Every point gets the
/// same cap of steps, and is given up once it has taken as many as the best point of its strategy before it, which changes no result.
/// </remarks>
internal sealed class AutoencoderSweep : Benchmark
{
    public override string Name => "autoencoder-sweep";

    public override string Summary => "all strategies, batch sizes and seeds on the autoencoder: out=<file.jsonl> [batches=100,500,2000] "
        + "[seeds=3] [target=110] [limit=1600] [only=<strategy>,…] [point=name:value,… in place of the five, repeatable] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (file, points) = (options.Text("out"), options.All("point"));
        if (file.Length == 0) throw new ArgumentException("'out' is missing: name the file of results.");
        var (target, limit, seeds, only) =
            (options.Number("target", 110), options.Integer("limit", 1600), options.Integer("seeds", 3), options.List("only"));
        var done = (File.Exists(file) ? File.ReadLines(file) : []).Select(line => JsonSerializer.Deserialize<SweepResult>(line)!).ToList();
        using var data = AutoencoderRun.Load(options.Text("data"));
        var all = new StrategyCatalogue(typeof(Sgd).Assembly);
        foreach (var batch in options.List("batches", "100,500,2000").Select(b => int.Parse(b, CultureInfo.InvariantCulture)))
            for (var seed = 1L; seed <= seeds; seed++)
                foreach (var strategy in all.Descriptions.Select(d => all[d.Name]))
                {
                    var name = strategy.Description.Name;
                    if (only.Length > 0 && !only.Contains(name)) continue;
                    int? best = null;
                    foreach (var point in points.Length > 0 ? points : AutoencoderPoints.ForStrategy(name))
                    {
                        var result = done.FirstOrDefault(r => r.IsOf(name, batch, seed, point, target, limit));
                        if (result is null)
                        {
                            var run = new AutoencoderRun(data, seed, batch)
                                .ToTarget(strategy, AutoencoderPoints.At(strategy.Description, point, batch), target, best ?? limit);
                            result = new(name, batch, seed, point, target, limit, run.Steps, run.CpuSeconds, run.Loss);
                            File.AppendAllText(file, JsonSerializer.Serialize(result) + "\n");
                            Console.WriteLine(result);
                        }
                        if (result.Steps < (best ?? int.MaxValue)) best = result.Steps;
                    }
                }
        return 0;
    }
}

/// <summary>One run of the sweep; Steps is null when the target was missed.</summary>
internal sealed record SweepResult(
    string Strategy, int Batch, long Seed, string Point, double Target, int Limit, int? Steps, double CpuSeconds, double Loss)
{
    public bool IsOf(string strategy, int batch, long seed, string point, double target, int limit) =>
        (Strategy, Batch, Seed, Point, Target, Limit) == (strategy, batch, seed, point, target, limit);
}
