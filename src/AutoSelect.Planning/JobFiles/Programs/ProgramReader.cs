using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads a <c>workload</c> that is a training program: a command, its metric, and how it says what it measures.</summary>
internal static class ProgramReader
{
    private static readonly string[] NotOfPrograms = ["name", "assembly", "type", "options"];
    private static readonly string[] OfPrograms = ["command", "trained", "metric", "direction", "steps"];

    private static readonly string[] NotElsewhere =
        ["command", "assembly", "type", "options", "environment", "disk", "processes", "points"];

    public static bool IsProgram(YamlSection section) => OfPrograms.Any(key => section[key] is not null);

    public static WorkloadReference? Read(YamlSection section, JobText job)
    {
        if (section["trained"] is { } trained) return Elsewhere(section, trained);
        foreach (var key in NotOfPrograms)
            section[key]?.Fail($"workload.{key} stands beside workload.command: a workload is either a program or one in C#.");
        var command = Command(section.Required("command", "give the program and its words, such as [python3, train.py]"), job);
        if (Common(section) is not { } common || command.IsEmpty) return null;
        var program = common with
        {
            Command = command,
            Environment = Environment(section["environment"], job),
            DiskBytes = Disk(section["disk"]),
            ProcessLimit = (int?)section["processes"]?.Integer(1, ProgramReference.HighestProcessLimit)
                ?? ProgramReference.UsualProcessLimit,
            Points = Points(section["points"]),
        };
        return new WorkloadReference { Name = Name(command), Program = program };
    }

    /// <summary>Clients ask for the runs: nothing is started here, and nothing of a machine is named.</summary>
    private static WorkloadReference? Elsewhere(YamlSection section, YamlValue trained)
    {
        var isElsewhere = trained.OneOf("elsewhere") is not null;
        foreach (var key in NotElsewhere)
            section[key]?.Fail($"workload.{key} stands beside workload.trained: what is trained elsewhere is started there.");
        var name = section.Required("name", "give what is trained a name: what jobs of one name have measured, the next ones learn from")
            ?.Text();
        if (name is not null && !JobName.IsValid(name)) section["name"]!.Refuse(JobName.Rule);
        return Common(section) is { } common && isElsewhere && name is not null
            ? new WorkloadReference { Name = name, Program = common with { IsElsewhere = true } } : null;
    }

    /// <summary>What is said of a program wherever it runs; null where that is not whole.</summary>
    private static ProgramReference? Common(YamlSection section)
    {
        var metric = section.Required("metric", "name the metric that the program reports, such as accuracy")?.Text();
        var direction = section.Required("direction", "it must be maximize or minimize")?.OneOf("maximize", "minimize");
        var program = new ProgramReference
        {
            Command = [],
            Metric = metric ?? "",
            Direction = direction == "minimize" ? Direction.Minimize : Direction.Maximize,
            PatienceSeconds = Patience(section["patience"]),
            CanResume = section["resumes"]?.OneOf("true", "false") != "false",
        };
        return metric is null || direction is null ? null : program;
    }

    /// <summary>Words that are files beside the job file become absolute: the program works in a folder of its own.</summary>
    private static ImmutableArray<string> Command(YamlValue? value, JobText job)
    {
        if (value is null) return [];
        var words = value.Items().Select(item => item.Text()).OfType<string>().ToArray();
        if (words.Any(w => w.Length == 0 || w.Contains('\0', StringComparison.Ordinal)))
            value.Fail($"{value.Path} has a word that is empty or holds a zero: a program's words hold neither.");
        else if (words is [var first, ..] && first.Contains('{', StringComparison.Ordinal))
            value.Fail($"{value.Path} begins with '{first}': which program is run cannot depend on an argument.");
        var command = words.Select((word, i) =>
        {
            var path = Path.GetFullPath(word.Replace("\0", "", StringComparison.Ordinal), job.Folder);
            if (i == 0) return word.Contains('/', StringComparison.Ordinal) ? path : word;
            // Of what may not be named nothing is asked either.
            return job.Places.Allows(path) && (File.Exists(path) || Directory.Exists(path)) ? path : word;
        }).ToImmutableArray();
        if (AllowedPlaces.Program(command).Any(path => !job.Places.Allows(path)))
            value.Refuse(job.Places.Rule);
        return command;
    }

    /// <summary>The program's script, or the program where there is none.</summary>
    private static string Name(ImmutableArray<string> command) =>
        Path.GetFileName(command.Skip(1).FirstOrDefault(w => Path.IsPathFullyQualified(w) && File.Exists(w)) ?? command[0]);

    private static double Patience(YamlValue? value)
    {
        if (value?.Duration() is not { } seconds) return ProgramReference.UsualPatienceSeconds;
        if (seconds < 1) value.Refuse("it must be at least 1s");
        return seconds;
    }

    private static long Disk(YamlValue? value)
    {
        if (value?.Size() is not { } bytes) return ProgramReference.UsualDiskBytes;
        if (bytes < 1 << 20) value.Refuse("it must be at least 1MiB");
        return bytes;
    }

    private static ImmutableSortedDictionary<string, string> Environment(YamlValue? value, JobText job)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, entry) in value?.Entries("it must be a section of NAME: value") ?? [])
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal)
                || name.StartsWith("AUTOSELECT_", StringComparison.Ordinal))
                entry.Fail($"'{name}' is not a variable to give: names hold no '=' and do not begin with AUTOSELECT_.");
            // They can make a program run other code.
            else if (!job.Places.AllowsAll) entry.Refuse(job.Places.Rule);
            else if (entry.Text() is { } text) all[name] = text;
        }
        return all.ToImmutable();
    }

    private static PointSource? Points(YamlValue? value)
    {
        if (value?.Section(JobFileKeys.PointSource) is not { } section) return null;
        var format = section.Required("format", "it must be pattern, jsonlines, csv or tensorboard")
            ?.OneOf("pattern", "jsonlines", "csv", "tensorboard");
        if (format is null) return null;
        var pattern = format == "pattern"
            ? Pattern(section.Required("pattern", "give a regular expression with the groups step and value")) : null;
        if (format != "pattern") section["pattern"]?.Fail("workload.points.pattern belongs to format pattern.");
        if (format == "csv") section.Required("file", "name the file that the program writes in its working folder");
        if (format == "tensorboard")
            section["step"]?.Fail("workload.points.step belongs to formats jsonlines and csv: TensorBoard has its own.");
        var file = section["file"]?.Text();
        if (file is not null && (Path.IsPathRooted(file) || file.Split('/').Contains("..")))
            section["file"]!.Refuse("it must be a path within the program's working folder");
        return new PointSource
        {
            Format = Enum.Parse<PointFormat>(format, ignoreCase: true),
            File = file,
            Pattern = pattern,
            Step = section["step"]?.Text() ?? "step",
            Value = section["value"]?.Text(),
        };
    }

    private static string? Pattern(YamlValue? value)
    {
        if (value?.Text() is not { } text) return null;
        try
        {
            // Whoever writes the output must not be able to make the reader think for ever.
            var groups = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).GetGroupNames();
            if (groups.Contains("step") && groups.Contains("value")) return text;
            value.Refuse("it must have the groups (?<step>…) and (?<value>…)");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            value.Refuse($"it must be a regular expression without look-around and back-references: {e.Message.TrimEnd('.')}");
        }
        return null;
    }
}
