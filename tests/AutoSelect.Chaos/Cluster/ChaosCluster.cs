using AutoSelect.Chaos.Faults;
using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Cluster;

/// <summary>
/// A whole cluster on this machine: PostgreSQL, silos and devices as processes that are kept running. What this machine does not allow
/// (network namespaces, a small disk, a wrong clock, a C compiler) is left out and said.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private const string DatabaseDisk = "database";

    private readonly ChaosPaths paths;
    private readonly ClusterOptions options;
    private readonly HistoryFile history;
    private readonly List<KeptProcess> devices = [];
    private readonly Dictionary<int, KeptProcess> byNumber = [];
    private IReadOnlyList<SiloPorts> ports = [];
    private Network? network;
    private readonly PreloadedLibrary clocks;
    private readonly PreloadedLibrary slowDisk;
    private bool canPreload;

    private ChaosCluster(ChaosPaths paths, ClusterOptions options, HistoryFile history)
    {
        (this.paths, this.options, this.history) = (paths, options, history);
        clocks = new PreloadedLibrary("wrong-clock", "CHAOS_CLOCK", paths.Preloaded);
        slowDisk = new PreloadedLibrary("slow-disk", "CHAOS_SLOW_DISK", paths.Preloaded);
        Database = new DatabaseServer(paths, new Dictionary<string, string>());
    }

    public DatabaseServer Database { get; private set; }

    /// <summary>The small disk of checkpoints; null where there is none.</summary>
    public SmallDisk? Disk { get; private set; }
    public IReadOnlyList<KeptProcess> Silos { get; private set; } = [];
    public Servers Servers { get; private set; } = null!;
    public Keys Keys { get; private set; } = null!;

    /// <summary>Number of the host that the first half of the simulated devices is on.</summary>
    public int DevicesHost => options.Silos;

    /// <summary>What can be done to it.</summary>
    public FaultAbilities Abilities => new(
        options.Silos, options.SimulatedDevices + options.RealDevices, network is not null, canPreload, canPreload, Disk is not null);

    /// <summary>Brings it up, with the database and the keys of an earlier part of the run where there was one; no devices yet.</summary>
    /// <param name="paths">Of the run.</param>
    /// <param name="options">How many of what.</param>
    /// <param name="submitters">Names of the submitters.</param>
    /// <param name="history">Told of processes that end by themselves.</param>
    /// <param name="say">Told what is left out.</param>
    public static async Task<ChaosCluster> Start(
        ChaosPaths paths, ClusterOptions options, IEnumerable<string> submitters, HistoryFile history, Action<string> say)
    {
        var cluster = new ChaosCluster(paths, options, history);
        try
        {
            await cluster.Begin(submitters, say);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A device by its number, the simulated ones first; null while it is not there.</summary>
    public KeptProcess? Device(int number) => byNumber.GetValueOrDefault(number);

    public void StartSimulatedDevices()
    {
        for (var i = 0; i < options.SimulatedDevices; i++)
        {
            var (number, name) = (i, $"{Keys.SimulatedName}-{i}");
            var isOnHost = network is not null && i < options.SimulatedDevices / 2;
            var environment = new Dictionary<string, string> { ["CHAOS_KEY"] = Keys.Simulated };
            StartDevice(number, name,
                () => Placed(isOnHost ? DevicesHost : null, [ChaosPaths.Self, .. SimulatedArguments(name, number)]), environment);
        }
    }

    public void StartRealDevices()
    {
        for (var i = 0; i < options.RealDevices; i++)
        {
            var (number, name) = (options.SimulatedDevices + i, $"{Keys.RealName}-{i}");
            StartDevice(number, name,
                () => Placed(null, RealDevice.Arguments(paths, Servers, name)), RealDevice.Environment(paths, Keys.Real));
        }
    }

    /// <summary>Ends all devices in order.</summary>
    public async Task StopDevices()
    {
        byNumber.Clear();
        await Task.WhenAll(devices.Select(d => d.DisposeAsync().AsTask()));
        devices.Clear();
    }

    /// <summary>Has a silo's clock go before or after the true time from now on.</summary>
    public void SetClock(int silo, TimeSpan offset) => clocks.Set($"{silo}", offset);

    /// <summary>Has every wait of the database for its disk take longer from now on.</summary>
    public void SlowDisk(TimeSpan delay) => slowDisk.Set(DatabaseDisk, delay);

    /// <summary>Brings everything back that a fault may have left.</summary>
    public async Task Heal()
    {
        Database.Resume();
        await Database.Start();
        if (canPreload)
        {
            SlowDisk(TimeSpan.Zero);
            for (var i = 0; i < options.Silos; i++) SetClock(i, TimeSpan.Zero);
        }
        Disk?.Free();
        if (network is not null)
            for (var i = 0; i <= options.Silos; i++) await Network.Join(i);
        foreach (var process in Silos.Concat(devices)) process.Signal(Signals.Continue);
    }

    public async ValueTask DisposeAsync()
    {
        await StopDevices();
        await Task.WhenAll(Silos.Select(s => s.DisposeAsync().AsTask()));
        await Database.Stop();
        if (network is not null) await network.DisposeAsync();
    }

    private async Task Begin(IEnumerable<string> submitters, Action<string> say)
    {
        foreach (var folder in (string[])[paths.Results, paths.Histories, paths.Logs, paths.Shared, paths.Home, paths.Preloaded])
            Directory.CreateDirectory(folder);
        // The database's own user must come through.
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(paths.Results, owner | others);
        Leftovers.End(paths.Processes);
        canPreload = await clocks.Build() && await slowDisk.Build();
        if (!canPreload) say("no C compiler: no slow disk and no wrong clocks");
        Disk = await SmallDisk.Try(paths.Shared, options.DiskMegabytes);
        if (Disk is null) say("no tmpfs can be mounted: no full disk");
        Database = new DatabaseServer(paths, canPreload ? slowDisk.For(DatabaseDisk) : new Dictionary<string, string>());
        await Database.Start();
        Keys = await Keys.Get(paths, Database.Connection, submitters);
        if (options.WithNetwork)
        {
            (network, var reason) = await Network.Try(options.Silos + 1);
            if (network is null) say($"no network namespaces ({reason}): no cut links");
        }
        ports = network is null ? SiloPorts.OnLoopback(options.Silos) : SiloPorts.On(network, options.Silos);
        if (network is not null) TestCertificate.Write(paths.CertificateWithKey, paths.Certificate, ports.Select(p => p.Address));
        Servers = new Servers(
            [.. ports.Select(p => new Uri($"{(network is null ? "http" : "https")}://{p.Address}:{p.Api}"))],
            network is null ? null : paths.Certificate);
        Silos = [.. Enumerable.Range(0, options.Silos).Select(i => new KeptProcess(
            $"silo-{i}", () => SiloCommand(i), Path.Combine(paths.Logs, $"silo-{i}.log"), paths.Processes, history))];
    }

    private (string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>) SiloCommand(int silo)
    {
        var at = ports[silo];
        var (program, arguments) = Placed(network is null ? null : silo,
        [
            paths.Program, "serve", "--json", "--store", paths.Store(silo), "--shared", paths.Shared,
            "--address", at.Address.ToString(), "--silo-port", $"{at.Silo}",
            "--listen", $"{at.Address}:{at.Api}",
            "--allow", Path.GetDirectoryName(ChaosPaths.OwnWorkload)!,
            // One certificate for all: that of its own authority too.
            .. network is null ? Array.Empty<string>() :
            [
                "--certificate", paths.CertificateWithKey, "--host", at.Address.ToString(),
                "--cluster-certificate", paths.CertificateWithKey, "--cluster-certificate-key", paths.CertificateWithKey,
                "--cluster-authority", paths.Certificate,
            ],
        ]);
        return (program, arguments, new Dictionary<string, string>(canPreload ? clocks.For($"{silo}") : [])
        {
            ["AUTOSELECT_DATABASE"] = Database.Connection,
            ["XDG_DATA_HOME"] = paths.Home,
            ["AUTOSELECT_DEVICE"] = ChaosPaths.DeviceProgram,
        });
    }

    private void StartDevice(
        int number, string name, Func<(string Program, IReadOnlyList<string> Arguments)> command, Dictionary<string, string> environment)
    {
        var device = new KeptProcess(name, () =>
        {
            var (program, arguments) = command();
            return (program, arguments, environment);
        }, Path.Combine(paths.Logs, $"{name}.log"), paths.Processes, history);
        devices.Add(device);
        byNumber[number] = device;
    }

    private string[] SimulatedArguments(string name, int number) =>
    [
        "simulated-device", "--device", name, "--servers", string.Join(',', Enumerable.Range(0, Servers.Count).Select(Servers.At)),
        "--certificate", Servers.Certificate ?? "", "--results", paths.Results,
        "--step", options.SecondsPerStep.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "--zombie-reports", number >= options.SimulatedDevices - options.Zombies ? "12" : "0",
    ];

    private static (string Program, IReadOnlyList<string> Arguments) Placed(int? host, IReadOnlyList<string> arguments)
    {
        if (host is not { } on) return ("dotnet", arguments);
        var words = Network.On(on, "dotnet", arguments);
        return (words[0], [.. words.Skip(1)]);
    }
}
