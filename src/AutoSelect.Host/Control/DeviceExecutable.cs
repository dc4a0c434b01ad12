using System.Diagnostics;
using System.Runtime.InteropServices;
using AutoSelect.Host.Api;
using AutoSelect.Host.Commands;

namespace AutoSelect.Host.Control;

/// <summary>Finds and starts the device executable. It lies in a folder of its own, since it brings libtorch.</summary>
internal static class DeviceExecutable
{
    private const string Name = "AutoSelect.Device";

    /// <summary>Environment of a one-thread device, to be set before exec: OpenMP spins and glibc's malloc trims otherwise.</summary>
    public static readonly Dictionary<string, string> OneThread = new()
    {
        ["OMP_NUM_THREADS"] = "1",
        ["MKL_NUM_THREADS"] = "1",
        ["OMP_WAIT_POLICY"] = "PASSIVE",
        ["MALLOC_MMAP_THRESHOLD_"] = "4294967296",
        ["MALLOC_TRIM_THRESHOLD_"] = "8589934592",
    };

    private static readonly string[] Secrets = [ServeCommand.DatabaseVariable, ServerLocation.KeyVariable, "PGPASSWORD", "PGPASSFILE"];

    /// <summary>True where this program has it.</summary>
    public static bool IsHere => Places().Any(File.Exists);

    /// <exception cref="EnvironmentFaultException">It is nowhere.</exception>
    public static string Find() => Places().FirstOrDefault(File.Exists)
        ?? throw new EnvironmentFaultException(
            $"The device executable {Name}.dll was not found; looked in {string.Join(", ", Places().Where(p => p.Length > 0))}. Build the "
            + "solution, or set AUTOSELECT_DEVICE to its path.");

    private static string[] Places() =>
        [
            Environment.GetEnvironmentVariable("AUTOSELECT_DEVICE") ?? "",
            Path.Combine(AppContext.BaseDirectory, "device", Name + ".dll"),
            // Beside this one in the build's output: …/bin/AutoSelect.Host/release and …/bin/AutoSelect.Device/release.
            Path.GetFullPath(Path.Combine(
                AppContext.BaseDirectory, "..", "..", Name, new DirectoryInfo(AppContext.BaseDirectory).Name, Name + ".dll")),
        ];

    /// <summary>Where its libtorch may lie.</summary>
    public static IEnumerable<string> LibraryFolders() =>
        [Path.GetDirectoryName(Find())!,
            .. (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Runs it with its output read by this process.</summary>
    public static Process StartAttached(params string[] arguments)
    {
        var start = Info(arguments);
        start.FileName = DotnetHost();
        start.ArgumentList.Insert(0, Find());
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        return Start(start);
    }

    /// <summary>Runs it with its output appended to a file, so that it can outlive this process.</summary>
    public static Process StartDetached(string log, params string[] arguments) => StartDetachedBy([], log, arguments);

    /// <summary>The same by a program that changes what it may do and then becomes it.</summary>
    /// <param name="prefix">The program with its words; empty for none.</param>
    /// <param name="log">Opened before that, as this process may.</param>
    /// <param name="arguments">Of the device executable.</param>
    public static Process StartDetachedBy(IReadOnlyList<string> prefix, string log, params string[] arguments)
    {
        string[] words = [.. prefix, DotnetHost(), Find(), .. arguments];
        var start = Info(["-c", "exec \"$0\" \"$@\" >> \"$AUTOSELECT_LOG\" 2>&1 < /dev/null", .. words]);
        start.FileName = "/bin/sh";
        start.Environment["AUTOSELECT_LOG"] = log;
        return Start(start);
    }

    /// <summary>True when a process of this id runs and is a device process, not one that took the id since.</summary>
    public static bool IsDeviceProcess(int id) => Arguments(id).Any(a => a.Contains(Name, StringComparison.Ordinal));

    /// <summary>
    /// True when a process of this id is that of a device with these options, and not one of another store or server that took the id.
    /// </summary>
    /// <param name="id">Of the process.</param>
    /// <param name="options">Names and values, one after the other.</param>
    public static bool IsDeviceProcess(int id, params IReadOnlyList<string> options)
    {
        var arguments = Arguments(id);
        return IsDeviceProcess(id) && options.Chunk(2).All(o => arguments.Zip(arguments.Skip(1)).Any(a => a == (o[0], o[1])));
    }

    /// <summary>Asks a process for an orderly end.</summary>
    public static void Terminate(int id)
    {
        using var kill = Start(new ProcessStartInfo("/bin/sh", ["-c", "kill -TERM \"$0\" 2> /dev/null", $"{id}"]));
        kill.WaitForExit();
    }

    /// <summary>The command line of a process; empty when it has ended.</summary>
    private static string[] Arguments(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static ProcessStartInfo Info(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo { UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in OneThread) start.Environment[name] = value;
        // Code of jobs runs there, which has no business with the database and with what a person's key may do.
        foreach (var name in Secrets) start.Environment.Remove(name);
        return start;
    }

    private static Process Start(ProcessStartInfo start) =>
        Process.Start(start) ?? throw new EnvironmentFaultException($"The device process could not be started: {start.FileName}.");

    /// <summary>What an account must be able to read to run it.</summary>
    public static IEnumerable<string> FilesToRead() => [DotnetHost(), typeof(object).Assembly.Location, Find()];

    /// <summary>What runs .NET programs.</summary>
    public static string DotnetHost() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.Combine(DotnetRoot, "dotnet");

    /// <summary>Where .NET is, of which the runtime is three folders below.</summary>
    public static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
