using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Device;

/// <summary>The command line of a device process.</summary>
internal sealed record ServeOptions
{
    /// <summary>Holds the API key where no file is named.</summary>
    public const string TokenVariable = "AUTOSELECT_TOKEN";

    /// <summary>Servers of the control side, the first to be tried first; empty where <see cref="ServerFile"/> says where it is.</summary>
    public ImmutableArray<ApiAddress> Servers { get; init; } = [];

    /// <summary>
    /// The file in which a control process of this machine says where it is, with its token; null where <see cref="Servers"/> are given.
    /// </summary>
    public string? ServerFile { get; init; }

    /// <summary>Path of the certificates of an authority to trust in place of the system's, in PEM; null for the system's.</summary>
    public string? Authority { get; init; }

    /// <summary>Path of this device's own certificate in PEM; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Path of its private key; null where the certificate's file holds it too.</summary>
    public string? CertificateKey { get; init; }

    public required DeviceId Device { get; init; }
    public required DeviceKind Kind { get; init; }
    public required int Index { get; init; }
    public required string DataDirectory { get; init; }

    /// <summary>Which files jobs may name; default any, since the control side has its own list.</summary>
    public AllowedPlaces Allowed { get; init; } = AllowedPlaces.Everything;

    /// <summary>Longest wait for an answer of the control side, beside what the call itself is to wait.</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest wait for a connection to it, with TLS: a server that is away is seen to be so soon enough for the next one to be asked.
    /// </summary>
    public TimeSpan LongestConnect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Folder for temporary files.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>The longest time without the control side, whatever it says at registration; null leaves it to the control side.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Process id of the control side where it started this process on this machine; null elsewhere.</summary>
    public int? Parent { get; init; }

    /// <summary>A file to make when the control side has taken the device, for whoever started this process; null for none.</summary>
    public string? RegisteredFile { get; init; }

    /// <summary>The network to pretend between ranks, from <see cref="LinkSpeed.Variable"/>; null for the real one.</summary>
    public LinkSpeed? Link { get; init; }

    /// <summary>
    /// The account that training programs run as, from <see cref="ProgramAccount.Variable"/>; null for this process's own.
    /// </summary>
    public ProgramAccount? ProgramAccount { get; init; }

    /// <summary>The device as it registers.</summary>
    public DeviceDescription Describe()
    {
        var known = HostDevices.List(Kind, LibraryFolders).FirstOrDefault(d => d.Index == Index);
        return new DeviceDescription
        {
            Id = Device,
            Kind = Kind,
            Index = Index,
            Model = known?.Model ?? "unknown",
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Instance = Guid.NewGuid(),
            SimulatedLink = Link?.ToString() ?? "",
        };
    }

    /// <summary>Makes <see cref="RegisteredFile"/>. Where that fails, a later crash counts as one at the start.</summary>
    public void MarkRegistered()
    {
        if (RegisteredFile is not { } path) return;
        try
        {
            File.WriteAllText(path, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is reported where it matters.
        }
    }

    /// <summary>Where libtorch may lie: beside this executable, or on the loader's path.</summary>
    public static IEnumerable<string> LibraryFolders =>
        [AppContext.BaseDirectory,
            .. (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)];

    /// <exception cref="ArgumentException">An option is missing, unknown or malformed.</exception>
    public static ServeOptions Parse(string[] args)
    {
        var (values, servers, places) = (new Dictionary<string, string>(), new List<string>(), new List<string>());
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
                throw new ArgumentException($"'{args[i]}': options come as --name value.");
            if (args[i] == "--server") servers.Add(args[i + 1]);
            else if (args[i] == "--allow") places.Add(args[i + 1]);
            else values[args[i][2..]] = args[i + 1];
        }
        string Get(string name) => values.Remove(name, out var value) ? value : throw new ArgumentException($"--{name} is missing.");
        string? TryGet(string name) => values.Remove(name, out var value) ? value : null;
        var options = new ServeOptions
        {
            ServerFile = TryGet("server-file"),
            Servers = ReadServers(servers, TryGet("token-file")),
            Authority = TryGet("authority"),
            Certificate = TryGet("certificate"),
            CertificateKey = TryGet("certificate-key"),
            Device = new DeviceId(Get("device")),
            Kind = Enum.TryParse<DeviceKind>(Get("kind") is var kind ? kind : "", ignoreCase: true, out var parsed)
                && parsed is DeviceKind.Cpu or DeviceKind.Cuda ? parsed
                : throw new ArgumentException($"--kind '{kind}' must be cpu or cuda."),
            Index = int.TryParse(Get("index") is var index ? index : "", out var number) && number >= 0 ? number
                : throw new ArgumentException($"--index '{index}' must be an integer of at least 0."),
            DataDirectory = Get("data"),
            Allowed = places.Count == 0 ? AllowedPlaces.Everything : ReadPlaces(places),
            Grace = TryGet("grace") is { } grace ? ReadGrace(grace) : null,
            Parent = TryGet("parent") is not { } parent ? null : int.TryParse(parent, out var process) && process > 0 ? process
                : throw new ArgumentException($"--parent '{parent}' must be a process id."),
            RegisteredFile = TryGet("registered-file"),
            Link = ReadLink(),
            ProgramAccount = ProgramAccount.FromEnvironment(),
        };
        if (values.Count > 0) throw new ArgumentException($"--{values.Keys.First()} is not an option.");
        if (options.Servers.IsEmpty == (options.ServerFile is null))
            throw new ArgumentException("Either --server, once or more often, or --server-file must say where the control side is.");
        return options;
    }

    private static ImmutableArray<ApiAddress> ReadServers(List<string> servers, string? tokenFile)
    {
        if (servers.Count == 0) return [];
        var key = tokenFile is not null ? KeyFile.Read(tokenFile) : Environment.GetEnvironmentVariable(TokenVariable)?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            throw new ArgumentException(
                $"There is no key: --token-file must name a file whose first line is one, or {TokenVariable} be one.");
        }
        return [.. servers.Select(s => Uri.TryCreate(s, UriKind.Absolute, out var server) ? new ApiAddress(server, key)
            : throw new ArgumentException($"--server '{s}' must be an address such as https://host:8443."))];
    }

    private static AllowedPlaces ReadPlaces(List<string> places)
    {
        try
        {
            return AllowedPlaces.Parse(places);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"--allow {e.Message}", e);
        }
    }

    private static TimeSpan ReadGrace(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"--grace '{text}' must be a number of seconds above 0 and below 1e6.");

    private static LinkSpeed? ReadLink()
    {
        try
        {
            return LinkSpeed.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }
}
