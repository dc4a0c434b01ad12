using System.Diagnostics;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Days of a simulated cluster with an open stream of jobs of several users, through the real matching, quotas and borrowing plan: how much
/// of the devices is in use, who waits how long, what is borrowed, and whether anything is left behind. Options: hours= (of arrivals,
/// default 72), devices= (own, default 256), arrivals= (jobs an hour, default 70), seed= (default 1). It fails when something leaks.
/// </summary>
internal sealed class SimulatedCluster : Benchmark
{
    public override string Name => "simulated-cluster";

    public override string Summary => "SIMULATED days of a shared cluster: use, queue times by user, borrowed hours, leaks";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (hours, devices) = (options.Number("hours", 72), options.Integer("devices", 256));
        var (arrivals, seed) = (options.Number("arrivals", 70), options.Integer("seed", 1));
        var began = Stopwatch.GetTimestamp();
        var simulation = new ClusterSimulation(devices, arrivals, hours, seed);
        simulation.Run();
        var figures = simulation.Figures;
        Write($"SIMULATED cluster: {hours:0} h, {devices} own devices, {arrivals:0} jobs an hour (Poisson), lengths drawn; seed {seed}");
        Write($"jobs: {figures.Arrived} came, {figures.Refused} refused (429), {figures.Ended} ended, {figures.Waiting} never");
        var idle = devices * hours - figures.OwnHeld / 3600;
        Write($"own devices in use: {1 - idle / (devices * hours):0.0%}, idle {idle:0} device-hours");
        var unused = (figures.Borrowed - figures.BorrowedHeld) / 3600;
        Write($"borrowed: {figures.Borrowed / 3600:0} device-hours in {figures.Asked} requests, of which {unused:0} idle or starting");
        Write($"given back when asked for: {figures.Recalled} devices; plans made: {figures.Plans}");
        var all = figures.Had.Values.Sum();
        foreach (var (project, had) in figures.Had)
        {
            var limits = SimulatedUser.Limits.First(l => l.Project == project);
            Write($"  {project,-8} weight {limits.Whole.Weight}: {had / 3600:0} device-hours, {had / all:0.0%}");
        }
        Write($"  {"queue time",-14} {"jobs",6} {"mean",12} {"p50",12} {"p95",12}");
        foreach (var (user, jobs, mean, p50, p95) in figures.Queues)
            Write($"  {user,-14} {jobs,6} {Wording.Duration(mean),12} {Wording.Duration(p50),12} {Wording.Duration(p95),12}");
        Write($"leaks at the end: {figures.Leaks}");
        Write($"computed in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        return figures.Leaks == 0 && figures.Waiting == 0 ? 0 : 1;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
