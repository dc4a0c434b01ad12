using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Planning;
using AutoSelect.Planning.JobFiles;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Campaigns.Files;

/// <summary>Reads a campaign file, or tells all that is wrong with it at once, each with its line and rule.</summary>
internal static class CampaignFileReader
{
    private const int LongestName = 40;

    /// <summary>Of a name.</summary>
    public const string NameRule = "it must be 1 to 40 lower-case letters, digits and dashes, a letter or digit first";

    private static readonly ImmutableArray<string> Root =
        ["name", "job", "space", "search", "jobs", "deviceTime", "parallel", "goal", "seed", "stop", "learning"];

    private static readonly ImmutableArray<string> Stop = ["below", "after", "eta"];
    private static readonly ImmutableArray<string> Learning = ["originalEvery", "coverage", "promote", "promoteAfter", "price"];

    /// <summary>The campaign, or errors.</summary>
    /// <param name="file">The campaign file.</param>
    /// <param name="readJob">Reads a job file that it names, by its absolute path.</param>
    public static (CampaignSpec? Spec, IReadOnlyList<JobFileError> Errors) Read(JobText file, Func<string, string> readJob)
    {
        var errors = new JobFileErrors(file.File) { Kind = "a campaign file" };
        if (YamlFile.Load(file.Text, errors, "job, space and jobs")?.Section(Root) is not { } root) return (null, errors.All);
        var name = Name(root["name"], file.File);
        var template = root.Required("job", "give a job file's path, or a job as a section") is { } given
            ? Job(given, file, readJob) : null;
        var space = root.Required("space", "give at least one parameter with its range or its values") is { } section
            ? SpaceReader.Read(section, template?.Text) : null;
        var search = SearchKinds.Find(root["search"]?.OneOf([.. SearchKinds.Names])) ?? SearchKind.QuasiRandom;
        var isGrid = search == SearchKind.Grid;
        var goal = Goal(root["goal"], template?.Node);
        var jobs = root["jobs"]?.Integer(1, 100_000);
        if (root["jobs"] is null && !isGrid)
            root.Required("jobs", "give the number of points, at least 1; only a grid has a number of its own");
        var spec = new CampaignSpec
        {
            Name = name,
            Template = template?.Text ?? "",
            Space = space ?? new CampaignSpace([]),
            Search = search,
            Jobs = (int)(jobs ?? (isGrid && space is not null ? Math.Min(100_000, space.GridSize()) : 1)),
            DeviceSeconds = root["deviceTime"]?.Duration(),
            Parallel = (int?)root["parallel"]?.Integer(1, 1024),
            Goal = goal,
            Seed = root["seed"]?.Integer(0, long.MaxValue) ?? 1,
            Stop = ReadStop(root["stop"], goal),
            Learning = ReadLearning(root["learning"], template?.Node),
        };
        if (spec.Learning is not null && template is { } job && space is not null) CheckCandidates(root["learning"]!, job.Text, space);
        return errors.Any ? (null, errors.All) : (spec, []);
    }

    public static bool IsName(string text) => JobName.IsValid(text) && text.Length <= LongestName;

    private static string Name(YamlValue? value, string file)
    {
        var name = value?.Text() ?? JobName.FromFile(file);
        if (name.Length > LongestName) name = value is null ? name[..LongestName].TrimEnd('-') : name;
        if (value is not null && !IsName(name)) value.Refuse(NameRule);
        return name;
    }

    /// <summary>The job as YAML and as nodes; null where it cannot be read.</summary>
    private static (string Text, YamlMappingNode Node)? Job(YamlValue value, JobText file, Func<string, string> readJob)
    {
        if (value.Node is YamlMappingNode section) return (JobTemplate.Text(section), section);
        if (value.Text() is not { } path) return null;
        try
        {
            var text = readJob(Path.GetFullPath(Path.Combine(file.Folder, path)));
            var errors = new JobFileErrors(path);
            if (YamlFile.Load(text, errors, "workload, objective and epochs")?.Node is YamlMappingNode node && !errors.Any)
                return (text, node);
            value.Refuse(errors.Any ? $"the job file cannot be read: {errors.All[0]}" : "a job file must be a section with keys");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            value.Refuse($"the job file cannot be read: {e.Message.TrimEnd('.')}");
        }
        return null;
    }

    /// <summary>Default: what the job's objective asks for.</summary>
    private static CampaignGoal Goal(YamlValue? value, YamlMappingNode? job)
    {
        var hasTarget = job?.Children.TryGetValue(new YamlScalarNode("objective"), out var objective) == true
            && objective is YamlMappingNode section && section.Children.ContainsKey(new YamlScalarNode("fastest_to"));
        if (value?.OneOf("value", "time") is not { } goal) return hasTarget ? CampaignGoal.Time : CampaignGoal.Value;
        if (goal == "time" && job is not null && !hasTarget)
            value.Refuse("the time to a target needs the job's objective to be fastest_to");
        return goal == "time" ? CampaignGoal.Time : CampaignGoal.Value;
    }

    /// <summary>
    /// Off by default where times are compared: what a place in the space needs is then not known of most of them, and they teach nothing.
    /// </summary>
    private static StopRule? ReadStop(YamlValue? value, CampaignGoal goal)
    {
        var fallback = new StopRule();
        if (value is null) return goal == CampaignGoal.Value ? fallback : null;
        if (value.IsScalar) return value.OneOf("on", "off") == "on" ? fallback : null;
        return value.Section(Stop) is not { } section ? fallback : new StopRule(
            section["below"]?.Number("a probability from 0 to 0.5", p => p is >= 0 and <= 0.5) ?? fallback.Below,
            (int?)section["after"]?.Integer(1, 100_000) ?? fallback.After,
            section["eta"]?.Number("1, or a factor from 2 to 100", e => e is 1 or (>= 2 and <= 100)) ?? fallback.Eta);
    }

    private static LearningRule? ReadLearning(YamlValue? value, YamlMappingNode? job)
    {
        if (value is null || (value.IsScalar && value.OneOf("off", "on") is null or "off")) return null;
        if (job?.Children.TryGetValue(new YamlScalarNode("epochs"), out var epochs) == true
            && epochs is YamlSequenceNode { Children.Count: > 1 })
            value.Fail(
                "learning needs a job with one length: epochs is a list, and candidates of several lengths cannot be told one by one.");
        var fallback = new LearningRule();
        return value.IsScalar || value.Section(Learning) is not { } section ? fallback : new LearningRule(
            (int?)section["originalEvery"]?.Integer(2, 100_000) ?? fallback.OriginalEvery,
            section["coverage"]?.Number("a probability from 0.5 to 0.999", p => p is >= 0.5 and <= 0.999) ?? fallback.Coverage,
            section["promote"]?.Number("a probability from 0.5 to 0.9999", p => p is >= 0.5 and <= 0.9999) ?? fallback.Promote,
            (int?)section["promoteAfter"]?.Integer(1, 100_000) ?? fallback.PromoteAfter,
            section["price"]?.Number("at least 0", p => p >= 0) ?? fallback.Price);
    }

    private static void CheckCandidates(YamlValue learning, string template, CampaignSpace space)
    {
        foreach (var parameter in space.Parameters)
            if (JobTemplate.ChangesCandidates(template, parameter.Key))
                learning.Fail($"learning needs the same candidates for every point: '{parameter.Key}' of the space changes them.");
    }
}
