using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads <c>candidates</c> of a program: names with the arguments that each is run with.</summary>
internal static class ProgramCandidatesReader
{
    /// <summary>Most steps of a run.</summary>
    public const long MostSteps = 2_000_000_000;

    private const string Rule = "it must be a list of sections, each with a name and the program's arguments";

    public static ProgramRequest Read(YamlSection root, YamlSection workload, long seed, Catalogue? catalogue)
    {
        RefuseOthers(root);
        var isElsewhere = workload["trained"] is not null;
        var steps = workload.Required("steps", "give the steps of a whole run, such as 10000")?.Integer(1, MostSteps) ?? 1;
        var common = Arguments(workload["arguments"]).ToImmutableSortedDictionary(
            a => a.Key, a => Single(a.Value, workload["arguments"]!, a.Key), StringComparer.Ordinal);
        return new ProgramRequest(steps, common, Declared(root, catalogue, isElsewhere), seed, Ranks(root["ranks"], isElsewhere));
    }

    /// <summary>What joins a job while it runs: with the job's steps and common arguments.</summary>
    public static ProgramRequest ReadAddition(YamlSection root, JobSpec job, Catalogue? catalogue)
    {
        RefuseOthers(root);
        var program = job.Workload.Program!;
        return new ProgramRequest(
            job.TrainingExamples, program.Arguments, Declared(root, catalogue, program.IsElsewhere), job.Seed,
            Ranks(root["ranks"], program.IsElsewhere));
    }

    private static void RefuseOthers(YamlSection root)
    {
        foreach (var key in JobFileKeys.NotOfPrograms)
            root[key]?.Fail($"'{key}' says nothing of a program: its steps stand in workload.steps, all else in the arguments of its "
                + "candidates.");
    }

    private static ImmutableArray<int> Ranks(YamlValue? value, bool isElsewhere)
    {
        if (isElsewhere) value?.Fail($"{value.Path} says nothing of what is trained elsewhere: each client trains by itself.");
        return RanksReader.Read(value, communication: null).Ranks;
    }

    private static ImmutableArray<ProgramCandidateRequest> Declared(YamlSection root, Catalogue? catalogue, bool isElsewhere) =>
        root.Required("candidates", Rule) is { } candidates ? Candidates(candidates, catalogue, isElsewhere) : [];

    private static ImmutableArray<ProgramCandidateRequest> Candidates(YamlValue value, Catalogue? catalogue, bool isElsewhere)
    {
        if (value.IsScalar || value.IsMapping)
        {
            value.Refuse(Rule);
            return [];
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. value.Items().Select(item =>
        {
            var request = Candidate(item, catalogue, isElsewhere);
            if (request is not null && !names.Add(request.Name))
                item.Fail($"{item.Path}.name is '{request.Name}': it stands in the list already.");
            return request ?? new ProgramCandidateRequest { Name = "" };
        })];
    }

    private static ProgramCandidateRequest? Candidate(YamlValue item, Catalogue? catalogue, bool isElsewhere)
    {
        if (item.Section(JobFileKeys.ProgramCandidate) is not { } section) return null;
        var name = section.Required("name", "give a short name, such as sgd")?.Text();
        if (name is not null && !JobName.IsValid(name)) section["name"]!.Refuse(JobName.Rule);
        var like = section["like"]?.Text();
        if (like is not null) StrategyReader.Describe(like, section["like"]!, catalogue);
        var arguments = Arguments(section["arguments"]);
        var ranges = Ranges(section["search"]);
        foreach (var both in ranges.Keys.Intersect(arguments.Keys))
            section["search"]!.Fail(
                $"'{both}' stands in both arguments and search of {item.Path}: an argument is either given or searched.");
        return name is null ? null : new ProgramCandidateRequest
        {
            Name = name,
            Like = like,
            Arguments = arguments,
            Ranges = ranges,
            Points = (int?)section["points"]?.Integer(1, 64),
            Steps = section["steps"]?.Integer(1, MostSteps),
            Ranks = Ranks(section["ranks"], isElsewhere),
        };
    }

    private static ImmutableSortedDictionary<string, SearchRange> Ranges(YamlValue? value)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, SearchRange>(StringComparer.Ordinal);
        foreach (var (name, entry) in value?.Entries("it must be a section of argument: { min, max, scale }") ?? [])
        {
            CheckName(name, entry);
            if (entry.IsScalar) entry.Refuse("it must be a section with min and max");
            else if (SearchRangeReader.Read(entry, null, isBound: true) is { } range) all[name] = range;
        }
        return all.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Arguments(YamlValue? value)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (name, entry) in value?.Entries("it must be a section of argument: value or list of values") ?? [])
        {
            CheckName(name, entry);
            all[name] = [.. entry.Items().Select(Json).OfType<string>()];
        }
        return all.ToImmutable();
    }

    private static void CheckName(string name, YamlValue at)
    {
        if (name.Length is < 1 or > 100 || name.StartsWith('-') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            at.Fail($"{at.Path} is named '{name}': an argument's name has letters, digits, '-', '_' and '.', and does not begin with '-'.");
    }

    /// <summary>A value as JSON: plain numbers and truth values as such, all else as a text.</summary>
    private static string? Json(YamlValue value)
    {
        if (value.Text() is not { } text) return null;
        if (((YamlScalarNode)value.Node).Style != ScalarStyle.Plain) return JsonSerializer.Serialize(text);
        if (text is "true" or "false") return text;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonSerializer.Serialize(number) : JsonSerializer.Serialize(text);
    }

    private static string Single(ImmutableArray<string> values, YamlValue at, string name)
    {
        if (values.Length == 1) return values[0];
        at.Fail($"workload.arguments.{name} is a list of {values.Length}: what is tried stands in the arguments of a candidate.");
        return "null";
    }
}
