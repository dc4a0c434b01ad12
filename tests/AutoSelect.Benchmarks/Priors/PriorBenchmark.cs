using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What the prior says of candidates on AlgoPerf's problems, learned from the other families: a baseline and its first k challengers
/// race to the target.
/// </summary>
internal sealed class PriorBenchmark : Benchmark
{
    private const int Samples = 1000;
    private const int Most = 3;

    public override string Name => "prior";
    public override string Summary => "prior over candidates on AlgoPerf, families left out: [suite=FILE] [own=FILE …] [seed=1]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        TimeShipped();
        var suite = RecordedCurves.Read(options.Text("suite", Default()));
        ImmutableArray<RecordedCurve> own = [.. options.All("own").SelectMany(path => RecordedCurves.Read(path))];
        var seed = options.Integer("seed", 1);
        Judge("AlgoPerf", PriorCases.OfAlgoPerf(suite, "baseline"), suite, own, seed);
        if (!own.IsEmpty) Judge("AutoSelect's own runs", PriorCases.OfOwnRuns(own, "nadamw"), suite, own, seed);
        return 0;
    }

    /// <summary>What a control process pays for its first decision that the shipped prior has a part in, compilation included.</summary>
    private static void TimeShipped()
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var candidates = Enumerable.Range(0, 20).Select(i => new PriorCandidate($"c{i}", i % 2 == 0 ? "nadamw" : "shampoo", 128, 4000, 0));
        var objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "", Direction = Direction.Minimize, Target = 0 };
        ShippedPrior.History.Prior!.Draw(new("new", objective, [.. candidates], Baseline: 0, Seed: 1), Samples);
        process.Refresh();
        var spent = process.TotalProcessorTime - before;
        Console.WriteLine($"Shipped prior read, learned and drawn for 20 candidates: {spent.TotalSeconds:0.00} s of processor time");
    }

    private static void Judge(
        string title, IEnumerable<PriorCase> all, ImmutableArray<RecordedCurve> suite, ImmutableArray<RecordedCurve> own, int seed)
    {
        var (figures, cases) = (new PriorFigures(), all.Where(c => c.IsSolved).ToList());
        foreach (var family in cases.GroupBy(c => c.Family))
        {
            var curves = PriorRecording.Make(suite.Concat(own).Where(c => c.Family != family.Key), []).Curves;
            var prior = CandidatePrior.Learn(curves.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>())!;
            foreach (var one in family) Judge(one, one.Draw(prior, Samples, seed), figures);
        }
        Console.WriteLine($"{title}, families left out");
        Print(figures, cases.Count);
    }

    private static string Default() => Path.Combine(
        Environment.GetEnvironmentVariable("AUTOSELECT_DATA") ?? ".", "curves", "algoperf-dev.jsonl.gz");

    private static void Judge(PriorCase one, double[][] draws, PriorFigures figures)
    {
        var alone = one.Times[one.Baseline];
        void Race(string name, IEnumerable<int> challengers)
        {
            var time = challengers.Select(i => one.Times[i]).Append(alone).Min();
            figures.Add(name, one.Workload, Math.Log(alone / time));
            figures.Add($"{name} hit", one.Workload, time <= 1 ? 1 : 0);
        }
        Race("oracle", Enumerable.Range(0, draws.Length));
        var (ranked, portfolio) = (ChallengerChoice.Ranked(draws, one.Baseline), ChallengerChoice.Portfolio(draws, one.Baseline, Most));
        for (var k = 0; k <= Most; k++)
        {
            Race($"ranked {k}", ranked.Take(k));
            Race($"portfolio {k}", portfolio.Take(k));
        }
        var baseline = draws[one.Baseline];
        figures.Add("rank", one.Workload, PriorFigures.RankCorrelation(
            [.. draws.Select(d => d.Zip(baseline, (t, b) => Math.Log(t / b)).Average())], one.Times));
        for (var i = 0; i < draws.Length; i++)
        {
            if (i == one.Baseline || one.Times[i] == alone) continue;
            var different = draws[i].Zip(baseline).Where(p => p.First != p.Second).ToList();
            if (different.Count > 0) figures.AddChance(different.Average(p => p.First < p.Second ? 1.0 : 0), one.Times[i] < alone);
        }
    }

    private static void Print(PriorFigures figures, int cases)
    {
        Console.WriteLine(
            $"{cases} cases; baseline and challengers race: geometric mean over workloads of baseline/job, and hits");
        foreach (var kind in (string[])["ranked", "portfolio"])
            for (var k = 0; k <= Most; k++)
            {
                var (gain, hits) = (Math.Exp(figures.Mean($"{kind} {k}")), figures.Mean($"{kind} {k} hit"));
                Console.WriteLine($"{kind,-10} {k} challengers  {gain:0.00}  {hits:0.00}");
            }
        Console.WriteLine($"oracle                    {Math.Exp(figures.Mean("oracle")):0.00}  {figures.Mean("oracle hit"):0.00}");
        Console.WriteLine($"rank correlation of expected and true log(T_c/T_B): {figures.Mean("rank"):0.00}");
        Console.WriteLine($"P(T_c < T_B): Brier score {figures.BrierScore:0.000} (.250 for one half always)");
        foreach (var (said, came, count) in figures.Bins) Console.WriteLine($"  said {said:0.00}  came {came:0.00}  of {count}");
    }
}
