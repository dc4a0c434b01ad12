namespace AutoSelect.Contracts;

/// <summary>The devices of this machine, found without loading libtorch.</summary>
public static class HostDevices
{
    /// <summary>Set to "cpu" to leave the accelerators alone.</summary>
    public const string KindVariable = "AUTOSELECT_DEVICE_KIND";

    /// <summary>CUDA devices where there are any that the libraries can use, else one device per core.</summary>
    /// <param name="libraryFolders">Folders that may hold libtorch.</param>
    public static IReadOnlyList<DeviceDescription> List(params IEnumerable<string> libraryFolders)
    {
        var cuda = Environment.GetEnvironmentVariable(KindVariable) == "cpu" || !libraryFolders.Any(HasCudaLibrary) ? [] : CudaModels();
        return cuda.Count > 0
            ? [.. cuda.Select((model, i) => Describe(DeviceKind.Cuda, i, model))]
            : Cpus();
    }

    /// <summary>The devices of one kind; for CPUs one per core, whatever else there is.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="libraryFolders">Folders that may hold libtorch.</param>
    public static IReadOnlyList<DeviceDescription> List(DeviceKind kind, IEnumerable<string> libraryFolders) => kind == DeviceKind.Cpu
        ? Cpus() : [.. List(libraryFolders).Where(d => d.Kind == kind)];

    private static DeviceDescription[] Cpus() =>
        [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => Describe(DeviceKind.Cpu, i, CpuModel()))];

    private static DeviceDescription Describe(DeviceKind kind, int index, string model) => new()
    {
        Id = new DeviceId($"{Environment.MachineName.ToLowerInvariant()}-{kind.ToString().ToLowerInvariant()}{index}"),
        Kind = kind,
        Index = index,
        Model = model,
        Host = Environment.MachineName,
    };

    private static bool HasCudaLibrary(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "libtorch_cuda.so", SearchOption.AllDirectories).Any();

    /// <summary>The driver lists one folder per device, with a file that names the model.</summary>
    private static List<string> CudaModels()
    {
        const string folder = "/proc/driver/nvidia/gpus";
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Select(d => Field(Path.Combine(d, "information"), "Model") ?? "NVIDIA GPU")]
            : [];
    }

    private static string CpuModel() =>
        Field("/proc/cpuinfo", "model name") ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();

    private static string? Field(string path, string name)
    {
        if (!File.Exists(path)) return null;
        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
