using System.Runtime.InteropServices;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Load;
using AutoSelect.Chaos.Runs;
using AutoSelect.Contracts;

using var ending = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    switch (args.FirstOrDefault())
    {
        case "run":
            return await Run(RunOptions.Parse(args[1..]));
        case "check":
            return await Check(new ChaosPaths(Path.GetFullPath(new Arguments(args[1..]).Required("results"))));
        case "fail-over":
            var rounds = new Arguments(args[1..]).Integer("rounds", 5);
            await new FailOver(RunOptions.Parse(args[1..]), rounds, Console.Error.WriteLine).Run(ending.Token);
            return 0;
        case "load":
            await new LoadRun(LoadOptions.Parse(args[1..])).Run(ending.Token);
            return 0;
        case "trials":
            await new TrialRun(TrialOptions.Parse(args[1..])).Run(ending.Token);
            return 0;
        case "simulated-device":
            await Serve(new Arguments(args[1..]));
            return 0;
        default:
            Console.Error.WriteLine(
                "usage: AutoSelect.Chaos run --results DIR [--seed N] [--faults N] [--jobs N] [--real-jobs N] [--minutes M]\n"
                + "           [--program DLL] [--silos N] [--devices N] [--real-devices N] [--zombies N] [--without-network]\n"
                + "       AutoSelect.Chaos check --results DIR\n       AutoSelect.Chaos fail-over --results DIR [--rounds N]\n"
                + "       AutoSelect.Chaos load --results DIR [--seed N] [--silos N] [--jobs N] [--candidates N] [--devices N]\n"
                + "           [--watchers N] [--seconds S] [--program DLL]\n"
                + "       AutoSelect.Chaos trials --results DIR [--seed N] [--jobs N] [--trials N] [--reports N] [--workers N]\n"
                + "           [--rounds N] [--alone] [--program DLL]");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    Console.Error.WriteLine("interrupted; the same command goes on");
    return 130;
}

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

async Task<int> Run(RunOptions options)
{
    var (results, evidence) = await new ChaosRun(options, Console.Error.WriteLine).Run(ending.Token);
    var table = ResultTable.Write(evidence, results);
    Console.WriteLine(table);
    await File.WriteAllTextAsync(Path.Combine(options.Paths.Results, "table.md"), table);
    return results.Any(r => r.Violations.Count > 0) ? 1 : 0;
}

async Task<int> Check(ChaosPaths paths)
{
    var database = new DatabaseServer(paths, new Dictionary<string, string>());
    await database.Start();
    try
    {
        var (results, evidence) = await ChaosRun.Check(database.Connection, paths);
        Console.WriteLine(ResultTable.Write(evidence, results));
        return results.Any(r => r.Violations.Count > 0) ? 1 : 0;
    }
    finally
    {
        await database.Stop();
    }
}

async Task Serve(Arguments arguments)
{
    var certificate = arguments.Text("certificate");
    var paths = new ChaosPaths(arguments.Required("results"));
    Console.WriteLine($"simulated device {arguments.Required("device")}: made-up curves, no training");
    using var device = new SimulatedDevice(new SimulatedDeviceOptions
    {
        Device = new DeviceId(arguments.Required("device")),
        Servers = new Servers(
            [.. arguments.Required("servers").Split(',').Select(s => new Uri(s))], certificate is "" ? null : certificate),
        Key = Environment.GetEnvironmentVariable("CHAOS_KEY")
            ?? throw new ArgumentException("CHAOS_KEY must be set to an API key of role device."),
        Histories = paths.Histories,
        SecondsPerStep = arguments.Number("step", .01),
        ZombieReports = arguments.Integer("zombie-reports", 0),
    });
    await device.Run(ending.Token);
}
