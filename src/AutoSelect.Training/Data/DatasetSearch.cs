using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Data;

/// <summary>
/// Finds a data set: in the folder the job names, in AUTOSELECT_DATA, in the data directory, among the system's data sets, in Debian's
/// package, on a mirror; in this order. What was downloaded stays in the data directory.
/// </summary>
internal sealed class DatasetSearch(ImageDataset dataset, WorkloadSetup setup)
{
    /// <summary>Folder of data sets that the system's packages install.</summary>
    public string SystemFolder { get; init; } = "/usr/share/datasets";

    /// <summary>Value of the environment variable AUTOSELECT_DATA.</summary>
    public string? EnvironmentFolder { get; init; } = Environment.GetEnvironmentVariable("AUTOSELECT_DATA");

    public DebianPackage Debian { get; init; } = new();

    /// <summary>Unpacked contents by file, checked by SHA-256.</summary>
    /// <exception cref="BadOptionException">The option data names a folder that cannot be used.</exception>
    /// <exception cref="DataUnavailableException">Found nowhere; the message lists where it was looked and what to do.</exception>
    public IReadOnlyDictionary<IdxFileName, byte[]> Find()
    {
        var tried = new List<string>();
        var named = setup.Option("data", "");
        if (named.Length > 0)
        {
            return DatasetFolder.TryRead(named, dataset, setup, out var problem)
                ?? throw new BadOptionException(
                    "data", $"The option data names the folder '{named}', which cannot be used for {dataset.Name}: {problem}. {Advice}");
        }
        foreach (var folder in Folders())
        {
            if (DatasetFolder.TryRead(folder, dataset, setup, out var problem) is { } found) return found;
            tried.Add($"{folder}: {problem}");
        }

        var cache = Path.Combine(setup.DataDirectory, dataset.Name);
        IEnumerable<(string What, Action Get)> sources = dataset.Mirrors.Select(
            m => (m.ToString(), (Action)(() => new MirrorDownload(m).Get(dataset, cache, setup.Progress))));
        if (dataset.DebianPackage is { } package)
            sources = sources.Prepend(($"Debian's package {package}", () => Debian.Get(package, dataset, cache, setup.Progress)));
        foreach (var (what, get) in sources)
        {
            try
            {
                get();
                if (DatasetFolder.TryRead(cache, dataset, setup, out var problem) is { } found) return found;
                tried.Add($"{what}: {problem}");
            }
            catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException or UnauthorizedAccessException
                or TaskCanceledException or DataUnavailableException or CheckpointException)
            {
                tried.Add($"{what}: {e.Message}");
            }
        }
        throw new DataUnavailableException(
            $"The data set {dataset.Name} was not found:\n{string.Join("\n", tried.Select(t => "  - " + t))}\n{Advice}");
    }

    private string Advice =>
        $"Put {string.Join(", ", dataset.Files.Select(f => f.Name + ".gz"))} into '{Path.Combine(setup.DataDirectory, dataset.Name)}', "
        + "or name their folder in the workload's option data or in the environment variable AUTOSELECT_DATA"
        + (dataset.DebianPackage is { } package ? $", or install Debian's package {package}." : ".");

    private IEnumerable<string> Folders()
    {
        if (!string.IsNullOrEmpty(EnvironmentFolder))
        {
            yield return Path.Combine(EnvironmentFolder, "datasets", dataset.Name);
            yield return Path.Combine(EnvironmentFolder, dataset.Name);
        }
        yield return Path.Combine(setup.DataDirectory, dataset.Name);
        yield return Path.Combine(SystemFolder, dataset.Name);
    }
}
