using System.Globalization;
using System.Net;
using AutoSelect.Contracts;

namespace AutoSelect.Device;

/// <summary>The command line of a device process.</summary>
internal sealed record ServeOptions
{
    /// <summary>Gateway of the control side.</summary>
    public required IPEndPoint Control { get; init; }
    public required DeviceId Device { get; init; }
    public required DeviceKind Kind { get; init; }
    public required int Index { get; init; }
    public required string DataDirectory { get; init; }

    /// <summary>The longest time without the control side, whatever it says at registration; null leaves it to the control side.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Process id of the control side where it started this process on this machine; null elsewhere.</summary>
    public int? Parent { get; init; }

    /// <summary>A file to make when the control side has taken the device, for whoever started this process; null for none.</summary>
    public string? RegisteredFile { get; init; }

    /// <summary>The network to pretend between ranks, from <see cref="LinkSpeed.Variable"/>; null for the real one.</summary>
    public LinkSpeed? Link { get; init; }

    /// <summary>The device as it registers.</summary>
    public DeviceDescription Describe()
    {
        var known = HostDevices.List(LibraryFolders).FirstOrDefault(d => d.Kind == Kind && d.Index == Index);
        return new DeviceDescription
        {
            Id = Device,
            Kind = Kind,
            Index = Index,
            Model = known?.Model ?? "unknown",
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
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
        var values = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
                throw new ArgumentException($"'{args[i]}': options come as --name value.");
            values[args[i][2..]] = args[i + 1];
        }
        string Get(string name) => values.Remove(name, out var value) ? value : throw new ArgumentException($"--{name} is missing.");
        string? TryGet(string name) => values.Remove(name, out var value) ? value : null;
        var options = new ServeOptions
        {
            Control = IPEndPoint.TryParse(Get("control") is var control ? control : "", out var endpoint) ? endpoint
                : throw new ArgumentException($"--control '{control}' must be an address and a port, such as 127.0.0.1:30000."),
            Device = new DeviceId(Get("device")),
            Kind = Enum.TryParse<DeviceKind>(Get("kind") is var kind ? kind : "", ignoreCase: true, out var parsed) ? parsed
                : throw new ArgumentException($"--kind '{kind}' must be cpu or cuda."),
            Index = int.TryParse(Get("index") is var index ? index : "", out var number) && number >= 0 ? number
                : throw new ArgumentException($"--index '{index}' must be an integer of at least 0."),
            DataDirectory = Get("data"),
            Grace = TryGet("grace") is { } grace ? ReadGrace(grace) : null,
            Parent = TryGet("parent") is not { } parent ? null : int.TryParse(parent, out var process) && process > 0 ? process
                : throw new ArgumentException($"--parent '{parent}' must be a process id."),
            RegisteredFile = TryGet("registered-file"),
            Link = ReadLink(),
        };
        return values.Count == 0 ? options : throw new ArgumentException($"--{values.Keys.First()} is not an option.");
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
