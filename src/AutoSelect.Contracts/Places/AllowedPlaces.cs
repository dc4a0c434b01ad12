using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// Which files of this machine the jobs of others may name: assemblies with workloads, TorchScript files, data and programs. Workloads and
/// strategies of the catalogue need none. Whoever may name code may run it, as the account of the device processes.
/// </summary>
public sealed class AllowedPlaces
{
    /// <summary>The word for any file.</summary>
    public const string AnyFile = "everything";

    /// <summary>What a program begins with that devices find by its name alone.</summary>
    public const string ProgramPrefix = "program:";

    /// <summary>What a place must be.</summary>
    public const string PlaceRule = "it must be the absolute path of a folder or a file, "
        + $"{ProgramPrefix}NAME for a program that devices find by its name, or '{AnyFile}'";

    /// <summary>Options that by convention are paths, in workloads of the catalogue.</summary>
    public static ImmutableArray<string> PathOptions { get; } = ["data", "model"];

    /// <summary>The same in workloads of one's own, whose other options may be anything.</summary>
    public static ImmutableArray<string> OwnPathOptions { get; } = ["data"];

    private readonly ImmutableArray<string> places;
    private readonly ImmutableArray<string> programs;

    private AllowedPlaces(ImmutableArray<string> places, ImmutableArray<string> programs, bool allowsAll) =>
        (this.places, this.programs, AllowsAll) = (places, programs, allowsAll);

    /// <summary>Any file: for whoever runs jobs of their own, as their own account.</summary>
    public static AllowedPlaces Everything { get; } = new([], [], allowsAll: true);

    /// <summary>No file: only what comes with AutoSelect.</summary>
    public static AllowedPlaces BuiltIn { get; } = new([], [], allowsAll: false);

    /// <summary>True where any file may be named.</summary>
    public bool AllowsAll { get; }

    /// <summary>Reads places as an operator names them.</summary>
    /// <param name="texts">Each a folder, a file, a program's name behind <see cref="ProgramPrefix"/>, or <see cref="AnyFile"/>; empty for <see cref="BuiltIn"/>.</param>
    /// <exception cref="ArgumentException">One is something else; the message gives the value and the rule.</exception>
    public static AllowedPlaces Parse(IEnumerable<string> texts)
    {
        var (places, programs) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        var allowsAll = false;
        foreach (var text in texts)
        {
            if (text == AnyFile) allowsAll = true;
            else if (text.StartsWith(ProgramPrefix, StringComparison.Ordinal) && IsName(text[ProgramPrefix.Length..]))
                programs.Add(text[ProgramPrefix.Length..]);
            else if (Path.IsPathFullyQualified(text) && !text.Contains('\0')) places.Add(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text)));
            else throw new ArgumentException($"'{text}': {PlaceRule}.");
        }
        return allowsAll ? Everything : new AllowedPlaces([.. places.Distinct()], [.. programs.Distinct()], allowsAll: false);
    }

    /// <summary>What a file that a job names must keep to.</summary>
    public string Rule => AllowsAll ? "it may be any file"
        : All.Length == 0 ? "no file or program of the machine may be named here, only workloads of the catalogue, with data that they get "
            + "themselves"
        : $"it must lie in a place that is allowed here, and no link may lead out of it: {All}";

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

    /// <summary>True where a word may stand in the command of a program: what else it is told is its own affair.</summary>
    /// <param name="word">Of the command.</param>
    /// <param name="isProgram">True for the first, which is the program.</param>
    public bool AllowsWord(string word, bool isProgram) => AllowsAll
        || (isProgram && !word.Contains('/', StringComparison.Ordinal) ? programs.Contains(word)
            : (!isProgram && !Path.IsPathFullyQualified(word)) || Allows(word));

    /// <summary>
    /// True where a job may set a variable of a program's environment: not those by which any program is made to load code of other places.
    /// </summary>
    public bool AllowsVariable(string name) =>
        AllowsAll || !(name == "PATH" || name.StartsWith("LD_", StringComparison.Ordinal));

    /// <summary>What a variable must be.</summary>
    public static string VariableRule => "where an operator says which programs may be run, PATH and LD_… are not a job's to set";

    /// <summary>Why a workload may not be run, with the value and the rule; null where it may.</summary>
    public string? Broken(WorkloadReference workload) =>
        Named(workload).Where(named => !Allows(named.Path)).Select(named => $"{named.What} is '{named.Path}': {Rule}.").FirstOrDefault()
        ?? (workload.Program is { } program ? Broken(program) : null);

    /// <summary>The places as they are named.</summary>
    public override string ToString() => AllowsAll ? AnyFile : All.Length == 0 ? "built-in" : All;

    private string All => string.Join(", ", places.Concat(programs.Select(p => ProgramPrefix + p)));

    private static bool IsName(string text) => text.Length is > 0 and <= 100 && text is not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+');

    private string? Broken(ProgramReference program)
    {
        for (var i = 0; i < program.Command.Length; i++)
            if (!AllowsWord(program.Command[i], isProgram: i == 0)) return $"workload.command[{i}] is '{program.Command[i]}': {Rule}.";
        return program.Environment.Keys.FirstOrDefault(name => !AllowsVariable(name)) is { } variable
            ? $"workload.environment.{variable} is set: {VariableRule}." : null;
    }

    /// <summary>All that a workload names of a machine. Whatever else a job comes to name belongs here.</summary>
    private static IEnumerable<(string What, string Path)> Named(WorkloadReference workload)
    {
        if (workload.Assembly is { } assembly) yield return ("workload.assembly", assembly);
        foreach (var option in workload.Assembly is null ? PathOptions : OwnPathOptions)
            if (workload.Options.TryGetValue(option, out var path)) yield return ($"workload.options.{option}", path);
    }
}
