using System.Diagnostics;
using AutoSelect.Checkpoints;
using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What a checkpoint costs: written with its SHA-256 computed beside the writing, and without, read with and without checking it, and
/// brought to and fetched from a store. Arguments: mb (100), repeats (9), folder (a temporary one), uri (a store; none leaves it out).
/// Prints medians.
/// </summary>
internal sealed class CheckpointStorage : Benchmark
{
    private const int Tensors = 20;

    public override string Name => "checkpoint-storage";

    public override string Summary => "time to write, read, upload and download a checkpoint";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (megabytes, repeats) = (options.Integer("mb", 100), options.Integer("repeats", 9));
        var folder = options.Text("folder", Directory.CreateTempSubdirectory("autoselect-checkpoints-").FullName);
        var path = Path.Combine(folder, "measured.safetensors");
        var tensors = Enumerable.Range(0, Tensors).ToDictionary(i => $"t{i:D2}", _ => randn(megabytes * 1_000_000L / 4 / Tensors));
        var scalars = new Dictionary<string, double>();
        WrittenFile written = default;
        // In turns, so that what else the machine does meets both alike.
        var (plain, hashed, read, verified) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < repeats; i++)
        {
            plain.Add(Seconds(() => WriteWithoutHash(path, tensors)));
            hashed.Add(Seconds(() => written = SafetensorsWriter.Write(path, tensors, scalars)));
            read.Add(Seconds(() => Read(path, null)));
            verified.Add(Seconds(() => Read(path, written.Sha256)));
        }
        Print("write, CRC-32C alone", plain, written.Bytes);
        Print("write, CRC-32C and SHA-256", hashed, written.Bytes);
        Print("read, CRC-32C alone", read, written.Bytes);
        Print("read, CRC-32C and SHA-256", verified, written.Bytes);
        if (options.Text("uri") is { Length: > 0 } uri) Transfer(uri, path, written, repeats).GetAwaiter().GetResult();
        File.Delete(path);
        return 0;
    }

    private static void WriteWithoutHash(string path, Dictionary<string, Tensor> tensors)
    {
        var checksum = new Checksum();
        foreach (var tensor in tensors.Values) checksum.Add(tensor.bytes);
        DurableFile.Write(path, stream =>
        {
            foreach (var tensor in tensors.Values) stream.Write(tensor.bytes);
        });
    }

    private static void Read(string path, string? sha256)
    {
        using var scope = NewDisposeScope();
        SafetensorsReader.Read(path, sha256);
    }

    private static async Task Transfer(string uri, string path, WrittenFile written, int repeats)
    {
        using var stores = new CheckpointStores();
        var store = stores.Open(uri);
        var (up, down) = (new List<double>(), new List<double>());
        var fetched = path + ".fetched";
        for (var i = 0; i < repeats; i++)
        {
            await using (var file = File.OpenRead(path))
            {
                var began = Stopwatch.GetTimestamp();
                await store.Write("measured", file, new FileDigest(written.Bytes, written.Sha256), CancellationToken.None);
                up.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            var asked = Stopwatch.GetTimestamp();
            await VerifiedDownload.Run(store, "measured", fetched, written.Bytes, written.Sha256, CancellationToken.None);
            down.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
        }
        File.Delete(fetched);
        await store.Remove("measured", CancellationToken.None);
        Print("upload", up, written.Bytes);
        Print("download, SHA-256", down, written.Bytes);
    }

    private static double Seconds(Action action)
    {
        var began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Print(string what, List<double> seconds, long bytes)
    {
        seconds.Sort();
        var median = seconds[seconds.Count / 2];
        Console.WriteLine($"{what,-28} {median,7:F3} s ({seconds[0]:F3} to {seconds[^1]:F3})  {bytes / 1e6 / median,6:F0} MB/s");
    }
}
