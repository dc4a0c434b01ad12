using System.Diagnostics;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What the control side itself can do on the embedded store: durable points a second at 1, 10 and 100 points a report, bytes written a
/// point, decisions a second, and memory a job at 10, 100 and 1,000 jobs. The devices are simulated: they report as fast as they are
/// answered. Options: seconds= (of each cell, default 10), devices= (reporting at once, default 32).
/// </summary>
internal sealed class ControlPlane : Benchmark
{
    public override string Name => "control-plane";

    public override string Summary => "points/s, bytes/point, decisions/s and memory per job of the control side, with simulated devices";

    public override int Run(string[] args)
    {
        var options = new BenchmarkOptions(args);
        var (seconds, devices) = (options.Number("seconds", 10), (int)options.Number("devices", 32));
        Console.WriteLine("simulated devices; embedded store on " + Path.GetTempPath());
        foreach (var points in (int[])[1, 10, 100]) Report(points, seconds, devices).GetAwaiter().GetResult();
        Decide(devices).GetAwaiter().GetResult();
        foreach (var jobs in (int[])[10, 100, 1000]) Remember(jobs).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Report(int points, double seconds, int devices)
    {
        await using var control = await ControlUnderLoad.Start();
        var reporters = new List<Reporter>();
        for (var i = 0; i < devices; i++) reporters.Add(await Reporter.Start(control, i, points));
        var (bytes, started) = (BytesWritten(), Stopwatch.GetTimestamp());
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var counts = await Task.WhenAll(reporters.Select(r => r.Run(over.Token)));
        var (elapsed, all) = (Stopwatch.GetElapsedTime(started).TotalSeconds, counts.Sum());
        Write($"{points,4} points a report, {devices} devices: {all / elapsed:N0} durable points/s, {all / points / elapsed:N0} reports/s");
        Write($"      {(BytesWritten() - bytes) / (double)all:N0} bytes written a point");
    }

    private static async Task Decide(int jobs)
    {
        await using var control = await ControlUnderLoad.Start();
        var training = new SimulatedTraining().Ends("a", .9).Ends("b", .8).Ends("c", .7);
        var devices = Enumerable.Range(0, 8).Select(i => new SimulatedDevice(control.Grains, $"d{i}", training)).ToList();
        foreach (var device in devices) device.Start();
        var started = Stopwatch.GetTimestamp();
        var ids = new List<JobId>();
        for (var i = 0; i < jobs; i++) ids.Add(await control.Submit(SimulatedJobs.BestAtHorizon("a", "b", "c")));
        var decisions = 0;
        foreach (var id in ids) decisions += (await control.UntilEnded(id)).Rungs.Length;
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Write($"{jobs} jobs of 3 candidates on {devices.Count} devices: {decisions / elapsed:N0} decisions/s, {jobs / elapsed:N1} jobs/s");
        foreach (var device in devices) await device.DisposeAsync();
    }

    private static async Task Remember(int jobs)
    {
        await using var control = await ControlUnderLoad.Start();
        // The first job brings what all share.
        await control.SubmitHeld(1);
        var before = Settled();
        await control.SubmitHeld(jobs);
        var kibibytes = (Settled() - before) / 1024.0 / jobs;
        var calls = await control.PoolCallsDuring(TimeSpan.FromSeconds(5)) / 5;
        Write($"{jobs,5} running jobs of 14 candidates without curves: {kibibytes:N1} KiB of memory a job, {calls:N1} calls to the pool/s");
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Bytes that this process has had written to storage.</summary>
    private static long BytesWritten() => File.ReadLines("/proc/self/io").Where(l => l.StartsWith("write_bytes:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.AsSpan("write_bytes:".Length), CultureInfo.InvariantCulture)).First();

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
