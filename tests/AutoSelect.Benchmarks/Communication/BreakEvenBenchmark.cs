using System.Globalization;
using AutoSelect.Communication;
using AutoSelect.Performance;

namespace AutoSelect.Benchmarks;

/// <summary>
/// The bandwidth at which all-reduces in fp16 and in fp32 take equally long, measured over links slowed down to several bandwidths, and
/// predicted from what the ranks measured of their links and casts in the same run.
/// </summary>
internal sealed class BreakEvenBenchmark : Benchmark
{
    private static readonly double[] Around = [.35, .5, .7, 1, 1.4, 2];

    public override string Name => "break-even";

    public override string Summary =>
        "fp16 against fp32 over slowed-down shared memory [ranks=2] [sizes=1048576] [rounds=11] [seconds=.05]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (ranks, rounds, seconds) = (options.Integer("ranks", 2), options.Integer("rounds", 11), options.Number("seconds", .05));
        var guess = Guess(ranks);
        var bandwidths = Around.Select(factor => factor * guess).ToArray();
        var groups = bandwidths.Select(b => Contender.Own($"{b * 1e-9:F2} GB/s", ranks, "SharedMemory", b)).ToArray();
        try
        {
            foreach (var size in options.List("sizes", "1048576"))
                Compare(groups, bandwidths, ranks, int.Parse(size, CultureInfo.InvariantCulture), rounds, seconds);
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
        return 0;
    }

    private static void Compare(Contender[] groups, double[] bandwidths, int ranks, int bytes, int rounds, double seconds)
    {
        var full = Hierarchy.Ring(ranks).ToString();
        var iterations = groups.Select(g => g.IterationsFor(bytes, seconds, full)).ToArray();
        foreach (var group in groups) group.IterationsFor(bytes, seconds, Contender.Halves);
        var probes = new List<GroupMeasurement>();
        List<double>[] Empty() => [.. groups.Select(_ => new List<double>())];
        var (halves, whole, casts) = (Empty(), Empty(), Empty());
        for (var round = 0; round < rounds; round++)
            for (var g = 0; g < groups.Length; g++)
            {
                whole[g].Add(groups[g].Measure(bytes, iterations[g], full));
                var (took, cast) = groups[g].MeasureCasts(bytes, iterations[g], Contender.Halves);
                halves[g].Add(took);
                casts[g].Add(cast / bytes);
                if (round % 20 == 0) probes.Add(groups[g].MeasureGroup());
            }
        Console.WriteLine($"\n{ranks} ranks, {bytes} bytes of fp32, lower quartiles of {rounds} rounds in turns");
        Console.WriteLine($"{"GB/s",8} {"fp32 ms",9} {"fp16 ms",9} {"fp16/fp32",10}");
        var ratios = groups.Select((_, g) => halves[g].LowerQuartile() / whole[g].LowerQuartile()).ToArray();
        for (var g = 0; g < groups.Length; g++)
            Console.WriteLine(
                $"{bandwidths[g] * 1e-9,8:F3} {1e3 * whole[g].LowerQuartile(),9:F3} {1e3 * halves[g].LowerQuartile(),9:F3} "
                + $"{ratios[g],10:F3}");
        // A probe knows the links; what these very all-reduces cast is known better from themselves (the stack decides: see the rank).
        var kappa = casts.Select(Quartiles.LowerQuartile).LowerQuartile();
        var predicted = probes.Select(p => Predict(p with { CastSecondsPerByte = kappa })).Order().ToArray();
        var belief = predicted[predicted.Length / 2];
        Console.WriteLine(
            $"casts {1e9 * kappa:F2} ns a byte; in {probes.Count} probes {1e9 * probes.Min(p => p.CastSecondsPerByte):F2} to "
            + $"{1e9 * probes.Max(p => p.CastSecondsPerByte):F2}");
        Console.WriteLine(Crossing(bandwidths, ratios) is { } measured
            ? $"break-even measured {measured * 1e-9:F3} GB/s, predicted {belief * 1e-9:F3} GB/s ({belief / measured - 1:+0.0 %;-0.0 %}; "
                + $"single probes from {predicted[0] * 1e-9:F3} to {predicted[^1] * 1e-9:F3})"
            : $"no break-even among these bandwidths; predicted {belief * 1e-9:F3} GB/s");
    }

    /// <summary>Where to look: from casts alone, as if adding cost nothing.</summary>
    private static double Guess(int ranks)
    {
        using var group = Contender.Own("as it is", ranks, "SharedMemory");
        return (ranks - 1) / (ranks * group.MeasureGroup().CastSecondsPerByte);
    }

    private static double Predict(GroupMeasurement measured)
    {
        var topology = CollectiveModel.Fit(measured).TopologyOf(measured.Ranks);
        var costs = ProcessorCosts.FromMeasurement(measured, topology.ReductionSecondsPerByte);
        return BreakEven.BytesPerSecond(
            topology, 0, Hierarchy.Ring(measured.Ranks), GradientCompression.Fp16, [new LayerTime(1, 1, 1, 1 << 18)], costs);
    }

    /// <summary>Between the two bandwidths around a ratio of 1, on a line of the logarithms.</summary>
    private static double? Crossing(double[] bandwidths, double[] ratios)
    {
        for (var g = 1; g < ratios.Length; g++)
        {
            var (below, above) = (Math.Log(ratios[g - 1]), Math.Log(ratios[g]));
            if (below <= 0 && above > 0)
                return Math.Exp(Math.Log(bandwidths[g - 1]) + below / (below - above) * Math.Log(bandwidths[g] / bandwidths[g - 1]));
        }
        return null;
    }

}
