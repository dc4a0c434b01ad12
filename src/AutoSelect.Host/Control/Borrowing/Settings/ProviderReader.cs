using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>Reads one item of <c>providers</c>, and what the two kinds have in common.</summary>
internal static partial class ProviderReader
{
    private const string VariableRule = "it must be a section of NAME: text, names of letters, digits and underscores";

    /// <returns>Null where so much is broken that nothing can be said of the rest.</returns>
    public static ProviderSettings? Read(YamlValue item)
    {
        // Which keys there may be follows from the kind.
        if (item.Entries("it must be a section with name, kind and classes") is not { } entries) return null;
        var kind = entries.FirstOrDefault(e => e.Key == "kind").Value;
        if (kind is null) item.Miss("kind", "it must be one of slurm, kubernetes");
        return kind?.OneOf("slurm", "kubernetes") switch
        {
            "slurm" => SlurmReader.Read(item.Section(ProvidersFileKeys.Slurm)!),
            "kubernetes" => KubernetesReader.Read(item.Section(ProvidersFileKeys.Kubernetes)!),
            _ => null,
        };
    }

    public static string? Name(YamlSection provider) =>
        Words.Name(provider.Required("name", $"{Words.NameRule}, which people see"));

    public static DevicePlace Place(YamlValue? value) => value?.Section(ProvidersFileKeys.Device) is not { } section ? new() : new()
    {
        Executable = Words.Path(section["executable"]),
        Dotnet = Words.Path(section["dotnet"]),
        Data = Words.Path(section["data"]),
        Home = Words.Path(section["home"]),
        Token = Words.Path(section["token"]),
        Authority = Words.Path(section["authority"]),
        Certificate = Words.Path(section["certificate"]),
        CertificateKey = Words.Path(section["certificateKey"]),
        Grace = Words.Time(section["grace"]),
        Environment = Variables(section["environment"]),
    };

    /// <summary>The classes of a provider, each read by its kind; those that break rules are left out.</summary>
    public static ImmutableArray<T> Classes<T>(YamlSection provider, ImmutableArray<string> keys, Func<YamlSection, DeviceClass, T?> read)
        where T : class
    {
        var classes = ImmutableArray.CreateBuilder<T>();
        foreach (var item in provider.Required("classes", "list at least one class of devices")?.Items() ?? [])
        {
            if (item.Section(keys) is not { } section) continue;
            var of = Class(section);
            // Its other keys are read for their rules all the same.
            if (read(section, of ?? Unsound) is { } known && of is not null) classes.Add(known);
        }
        return classes.ToImmutable();
    }

    /// <summary>Stands for a class that breaks rules while the rest of its keys is read for theirs.</summary>
    private static DeviceClass Unsound { get; } = new() { Name = "unsound", Kind = DeviceKind.Cpu, Price = 0 };

    private static DeviceClass? Class(YamlSection section)
    {
        var name = Words.Name(section.Required("name", Words.NameRule));
        var kind = section.Required("device", "it must be one of cpu, cuda")?.OneOf("cpu", "cuda");
        var price = section.Required("price", "give what a second of a device costs, in seconds of the job, such as 0.02")
            ?.Number("a number of at least 0", p => p >= 0);
        var fallback = Unsound;
        var read = fallback with
        {
            Model = section["model"]?.Text() ?? "",
            Most = (int?)section["devices"]?.Integer(0, int.MaxValue) ?? fallback.Most,
            Longest = Words.Time(section["longest"]) ?? fallback.Longest,
            StartUp = Words.Time(section["startUp"]) ?? fallback.StartUp,
            UsualWait = Words.Time(section["usualWait"]) ?? fallback.UsualWait,
            IsPreemptible = Words.Flag(section["preemptible"]) ?? false,
        };
        return name is null || kind is null || price is null ? null
            : read with { Name = name, Kind = Enum.Parse<DeviceKind>(kind, ignoreCase: true), Price = price.Value };
    }

    private static ImmutableSortedDictionary<string, string> Variables(YamlValue? value)
    {
        foreach (var (key, variable) in value?.Entries(VariableRule) ?? [])
        {
            if (!VariableName().IsMatch(key) || key is "ALL" or "NONE" or "NIL")
            {
                variable.Fail($"{variable.Path} is no name of a variable: it must be of letters, digits and underscores, and none of ALL, "
                    + "NONE and NIL.");
            }
        }
        return Words.Pairs(value, VariableRule);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
