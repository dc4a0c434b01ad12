using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AutoSelect.Benchmarks;

/// <summary>
/// K-FAC on the autoencoder (Fashion-MNIST) with its batch, factors and inversions split over ranks against one rank with the same global
/// batch: time of a step, bytes a rank sends, and how far the weights are apart. One rank and several take turns, each in processes of one
/// thread.
/// </summary>
internal sealed class DistributedKfac : Benchmark
{
    public override string Name => "distributed-kfac";

    public override string Summary => "step time, bytes and weights of K-FAC on ranks against one: autoencoder [ranks=2] [batch=500] "
        + "[steps=50] [rounds=3] [inverseInterval=5] [strategy=kfac] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var ranks = options.Integer("ranks", 2);
        (string Name, int Ranks, double Jitter)[] contenders =
        [
            ("one rank", 1, 0), ($"{ranks} ranks", ranks, 0), ("one, other rounding", 1, 1e-7)
        ];
        var outcomes = contenders.ToDictionary(c => c.Name, _ => new List<KfacOutcome>());
        var folder = Directory.CreateTempSubdirectory("autoselect-distributed-kfac").FullName;
        for (var round = 0; round < options.Integer("rounds", 3); round++)
            foreach (var (name, count, jitter) in contenders.Where(c => c.Jitter == 0 || round == 0))
            {
                var token = Guid.NewGuid();
                using var processes = RankProcesses.Start(count, port =>
                    RankProcesses.Own(count, IPAddress.Loopback, port, "distributed-kfac-rank",
                        [$"{token}", .. arguments, $"weights={Path.Combine(folder, name)}",
                            $"jitter={jitter.ToString(CultureInfo.InvariantCulture)}"]));
                outcomes[name].Add(JsonSerializer.Deserialize<KfacOutcome>(processes.Hear()[0])!);
            }

        var (one, several) = (outcomes[contenders[0].Name], outcomes[contenders[1].Name]);
        Console.WriteLine(
            "behind the burn-in: wall ms and rank 0's CPU ms a step, bytes rank 0 sends a step; the same in the burn-in (lower quartiles, "
            + "best round); last loss");
        foreach (var (name, found) in outcomes)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-20} {1e3 * found.Min(o => o.Later.Wall),9:F2} "
                    + $"{1e3 * found.Min(o => o.Later.Cpu),9:F2} {found[0].Later.Bytes,12:N0}   {1e3 * found.Min(o => o.BurnIn.Wall),9:F2} "
                    + $"{1e3 * found.Min(o => o.BurnIn.Cpu),9:F2} {found[0].BurnIn.Bytes,12:N0}  {found[0].Loss,9:F3}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"speed-up by wall and by CPU time: "
                + $"{one.Min(o => o.Later.Wall) / several.Min(o => o.Later.Wall):F2} "
                + $"{one.Min(o => o.Later.Cpu) / several.Min(o => o.Later.Cpu):F2}; in the burn-in "
                + $"{one.Min(o => o.BurnIn.Wall) / several.Min(o => o.BurnIn.Wall):F2} "
                + $"{one.Min(o => o.BurnIn.Cpu) / several.Min(o => o.BurnIn.Cpu):F2}"));
        var snapshots = contenders
            .Select(c => File.ReadAllBytes(Path.Combine(folder, c.Name)).Chunk(one[0].Parameters * sizeof(float))
                .Select(chunk => MemoryMarshal.Cast<byte, float>(chunk).ToArray()).ToArray())
            .ToArray();
        Console.WriteLine(
            "step, relative distance of the weights to those of one rank: several ranks, one rank with weights moved by 1e-7 at the start");
        for (var i = 0; i < snapshots[0].Length; i++)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{one[0].Snapshots[i],4} {Distance(snapshots[1][i], snapshots[0][i]),9:E1} "
                    + $"{Distance(snapshots[2][i], snapshots[0][i]),9:E1}"));
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2)) / b.Sum(v => (double)v * v));
}
