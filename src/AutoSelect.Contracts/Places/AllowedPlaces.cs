using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// Which files of this machine the jobs of others may name: assemblies with workloads, TorchScript files and data. Workloads and strategies
/// of the catalogue need none. Whoever may name code may run it, as the account of the device processes.
/// </summary>
public sealed class AllowedPlaces
{
    /// <summary>The word for any file.</summary>
    public const string AnyFile = "everything";

    /// <summary>What a place must be.</summary>
    public const string PlaceRule = $"it must be the absolute path of a folder or a file, or '{AnyFile}'";

    /// <summary>Options that by convention are paths, in workloads of the catalogue.</summary>
    public static ImmutableArray<string> PathOptions { get; } = ["data", "model"];

    /// <summary>The same in workloads of one's own, whose other options may be anything.</summary>
    public static ImmutableArray<string> OwnPathOptions { get; } = ["data"];

    private readonly ImmutableArray<string> places;

    private AllowedPlaces(ImmutableArray<string> places, bool allowsAll) => (this.places, AllowsAll) = (places, allowsAll);

    /// <summary>Any file: for whoever runs jobs of their own, as their own account.</summary>
    public static AllowedPlaces Everything { get; } = new([], allowsAll: true);

    /// <summary>No file: only what comes with AutoSelect.</summary>
    public static AllowedPlaces BuiltIn { get; } = new([], allowsAll: false);

    /// <summary>True where any file may be named.</summary>
    public bool AllowsAll { get; }

    /// <summary>Reads places as an operator names them.</summary>
    /// <param name="texts">Each a folder, a file, or <see cref="AnyFile"/>; empty for <see cref="BuiltIn"/>.</param>
    /// <exception cref="ArgumentException">One is something else; the message gives the value and the rule.</exception>
    public static AllowedPlaces Parse(IEnumerable<string> texts)
    {
        var places = ImmutableArray.CreateBuilder<string>();
        var allowsAll = false;
        foreach (var text in texts)
        {
            if (text == AnyFile) allowsAll = true;
            else if (Path.IsPathFullyQualified(text) && !text.Contains('\0'))
                places.Add(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text)));
            else throw new ArgumentException($"'{text}': {PlaceRule}.");
        }
        return new AllowedPlaces(allowsAll ? [] : [.. places.Distinct()], allowsAll);
    }

    /// <summary>What a file that a job names must keep to.</summary>
    public string Rule => AllowsAll ? "it may be any file"
        : places.IsEmpty
            ? "no files of the machine may be named here, only workloads of the catalogue, with data that they get themselves"
        : $"it must lie in a place that is allowed here, and no link may lead out of it: {string.Join(", ", places)}";

    /// <summary>True where a job may name a file.</summary>
    /// <param name="path">Absolute; links and ".." in it are followed, and it need not lead to anything.</param>
    public bool Allows(string path)
    {
        if (AllowsAll) return true;
        if (!Path.IsPathFullyQualified(path)) return false;
        try
        {
            var real = RealPath.Of(Path.GetFullPath(path));
            // Places too may be reached by links, which an operator has made.
            return places.Select(RealPath.Of)
                .Any(place => real == place || real.StartsWith(place.TrimEnd('/') + "/", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Why a workload may not be run, with the value and the rule; null where it may.</summary>
    public string? Broken(WorkloadReference workload) =>
        Named(workload).Where(named => !Allows(named.Path)).Select(named => $"{named.What} is '{named.Path}': {Rule}.").FirstOrDefault();

    /// <summary>The places as they are named.</summary>
    public override string ToString() => AllowsAll ? AnyFile : places.IsEmpty ? "built-in" : string.Join(", ", places);

    /// <summary>
    /// Paths that a program's command names: of the program itself, found on the PATH of this process where it has no folder, and of its
    /// other words that are absolute. Which other code an interpreter is given no path tells: who allows it allows all.
    /// </summary>
    public static IEnumerable<string> Program(ImmutableArray<string> command)
    {
        if (command.IsDefaultOrEmpty) yield break;
        yield return command[0].Contains('/', StringComparison.Ordinal) ? command[0] : OnPath(command[0]) ?? command[0];
        foreach (var word in command.Skip(1).Where(Path.IsPathFullyQualified)) yield return word;
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>All that a workload names of a machine. Whatever else a job comes to name belongs here.</summary>
    private static IEnumerable<(string What, string Path)> Named(WorkloadReference workload)
    {
        if (workload.Assembly is { } assembly) yield return ("workload.assembly", assembly);
        foreach (var option in workload.Assembly is null ? PathOptions : OwnPathOptions)
            if (workload.Options.TryGetValue(option, out var path)) yield return ($"workload.options.{option}", path);
        if (workload.Program is not { } program) yield break;
        foreach (var path in Program(program.Command)) yield return ("workload.command", path);
        // Variables can make a program run other code, so that none is allowed where not everything is.
        foreach (var (name, value) in program.Environment) yield return ("workload.environment", $"{name}={value}");
    }
}
