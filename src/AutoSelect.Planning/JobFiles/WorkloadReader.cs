using System.Collections.Immutable;
using System.Security.Cryptography;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads <c>workload</c>: a name of the catalogue, or assembly and type of a user's own, with options.</summary>
internal static class WorkloadReader
{
    private const string SectionRule = "it must be a workload's name, or a section with name or with assembly and type";

    /// <param name="value">The section or the name; null where it is missing.</param>
    /// <param name="job">Where relative paths count from, and which files may be named.</param>
    /// <param name="inspection">What can be run; null checks only what the file alone can break.</param>
    public static WorkloadReference? Read(YamlValue? value, JobText job, Inspection? inspection)
    {
        if (value is null) return null;
        if (value.IsScalar)
        {
            return value.Text() is { } plain
                ? Named(plain, value, ReadOptions(null, job, AllowedPlaces.PathOptions, null), inspection) : null;
        }
        if (!value.IsMapping)
        {
            value.Refuse(SectionRule);
            return null;
        }
        if (value.Section(JobFileKeys.Workload) is not { } section) return null;
        if (ProgramReader.IsProgram(section)) return ProgramReader.Read(section, job);
        var isOwn = section["assembly"] is not null || section["type"] is not null;
        if (isOwn && section["name"] is { } surplus)
            surplus.Fail(
                "workload.name stands beside workload.assembly or workload.type: a workload is either one of the catalogue or one's own.");
        return isOwn ? Own(section, job, inspection)
            : section.Required("name", SectionRule)?.Text() is { } name ? Named(
                name, section["name"]!, ReadOptions(section["options"], job, AllowedPlaces.PathOptions, Described(name, inspection)),
                inspection)
            : null;
    }

    private static WorkloadDescription? Described(string name, Inspection? inspection) =>
        inspection?.Catalogue.Workloads.FirstOrDefault(w => w.Name == name);

    private static WorkloadReference Named(
        string name, YamlValue at, ImmutableSortedDictionary<string, string> options, Inspection? inspection)
    {
        if (inspection is not null && Described(name, inspection) is null)
        {
            at.Fail(
                $"{at.Path} is '{name}': it is not in the "
                + $"catalogue.{NearestName.Suggest(name, inspection.Catalogue.Workloads.Select(w => w.Name))}");
        }
        return new WorkloadReference { Name = name, Options = options };
    }

    private static WorkloadReference? Own(YamlSection section, JobText job, Inspection? inspection)
    {
        var assembly = section.Required("assembly", "give the path of the assembly that holds the type")?.Text();
        var type = section.Required(
            "type", "give the full name of a public class that derives from Workload, such as MyLab.Spirals")?.Text();
        var options = ReadOptions(section["options"], job, AllowedPlaces.OwnPathOptions, inspection?.Workload);
        if (assembly is null || type is null) return null;
        var path = Path.GetFullPath(assembly, job.Folder);
        // Before anything is asked of the path: whoever may not name it must not learn either what is there.
        if (!job.Places.Allows(path))
        {
            section["assembly"]!.Refuse(job.Places.Rule);
            return null;
        }
        try
        {
            using var file = File.OpenRead(path);
            return new WorkloadReference
            {
                Name = type,
                Assembly = path,
                Options = options,
                AssemblySha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            section["assembly"]!.Refuse($"it must be a file; build the project first; looked for {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            section["assembly"]!.Refuse($"it must be a file that can be read: {e.Message.TrimEnd('.')}");
        }
        return null;
    }

    /// <summary>Paths become absolute: the device process runs in another folder than the job file's.</summary>
    private static ImmutableSortedDictionary<string, string> ReadOptions(
        YamlValue? value, JobText job, ImmutableArray<string> paths, WorkloadDescription? description)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, option) in value?.Entries("it must be a section of option: value") ?? [])
        {
            if (option.Text() is { } text)
            {
                options[name] = paths.Contains(name) ? Path.GetFullPath(text, job.Folder) : text;
                if (paths.Contains(name) && !job.Places.Allows(options[name])) option.Refuse(job.Places.Rule);
            }
            if (description is not null && description.Options.All(o => o.Name != name))
            {
                option.Fail(
                    $"'{name}' is not an option of workload "
                    + $"{description.Name}.{NearestName.Suggest(name, description.Options.Select(o => o.Name))}");
            }
        }
        return options.ToImmutable();
    }
}
