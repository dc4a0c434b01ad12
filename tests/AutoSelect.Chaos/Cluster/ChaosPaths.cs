namespace AutoSelect.Chaos.Cluster;

/// <summary>Where a run keeps its things, and where what it runs lies.</summary>
/// <param name="Results">Folder of the run; survives it.</param>
internal sealed record ChaosPaths(string Results)
{
    /// <summary>Assembly of the program under test; default the build's own.</summary>
    public string Program { get; init; } = Built("AutoSelect.Host", "autoselect");

    public string Histories => Path.Combine(Results, "histories");
    public string Logs => Path.Combine(Results, "logs");

    /// <summary>What the kernel does not let grow: checkpoints and recordings.</summary>
    public string Shared => Path.Combine(Results, "shared");

    /// <summary>Copies of the recordings that decisions learned from, which are in <see cref="Shared"/> while it runs.</summary>
    public string Recordings => Path.Combine(Results, "recordings");
    public string Database => Path.Combine(Results, "database");
    public string Keys => Path.Combine(Results, "keys.json");
    public string Processes => Path.Combine(Results, "processes.txt");
    public string Certificate => Path.Combine(Results, "certificate.pem");
    public string CertificateWithKey => Path.Combine(Results, "certificate-and-key.pem");

    /// <summary>Data of the user that silos and devices run as, such as inspections.</summary>
    public string Home => Path.Combine(Results, "home");

    public string Store(int silo) => Path.Combine(Results, $"silo-{silo}");

    /// <summary>Libraries that are preloaded, and what they go by.</summary>
    public string Preloaded => Path.Combine(Results, "preloaded");

    public static string DeviceProgram => Built("AutoSelect.Device");

    /// <summary>This program, which is also the simulated device's.</summary>
    public static string Self => Built("AutoSelect.Chaos");

    public static string OwnWorkload => Built("OwnWorkload");

    public static string Tool(string name) => Path.Combine(Top, "eng", name);

    private static string Top { get; } = Root();

    private static DirectoryInfo Own { get; } = new(AppContext.BaseDirectory);

    /// <summary>Of all projects: the build that this is of, or the usual one where this is a copy by itself.</summary>
    private static string Build { get; } =
        Own.Parent?.Parent is { Name: "bin" } own ? own.FullName : Path.Combine(Top, "artifacts", "bin");

    private static string Built(string project, string? assembly = null) =>
        Path.Combine(Build, project, Own.Name, $"{assembly ?? project}.dll");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AutoSelect.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No AutoSelect.sln above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
