using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using AutoSelect.Contracts;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using AutoSelect.Training.Workloads.TorchScript;

namespace AutoSelect.Training.Catalogues;

/// <summary>The workloads that come with AutoSelect, and users' own by assembly and type.</summary>
public sealed class WorkloadCatalogue
{
    private readonly SortedDictionary<string, Func<Workload>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, string? Sha256), Assembly> assemblies = [];

    /// <summary>A catalogue of the built-in workloads.</summary>
    public WorkloadCatalogue() : this(() => new FashionMnistMlp(), () => new FashionMnistCnn(), () => new Autoencoder(),
        () => new CharTransformer(), () => new TorchScriptWorkload())
    { }

    /// <summary>A catalogue of given workloads, for tests.</summary>
    public WorkloadCatalogue(params Func<Workload>[] workloads)
    {
        foreach (var create in workloads) byName.Add(create().Description.Name, create);
    }

    /// <summary>Descriptions of the built-in workloads in order of name.</summary>
    public ImmutableArray<WorkloadDescription> Descriptions => [.. byName.Values.Select(create => create().Description)];

    /// <summary>A new instance of a workload.</summary>
    /// <exception cref="ArgumentException">
    /// No such workload, assembly or type, or an option it does not have; the message names the rule.
    /// </exception>
    public Workload Create(WorkloadReference reference)
    {
        var workload = reference.Assembly is { } path ? CreateFrom(path, reference.AssemblySha256, reference.Name)
            : byName.TryGetValue(reference.Name, out var create) ? create()
            : throw new ArgumentException(
                $"'{reference.Name}' is not a workload; there are {string.Join(", ", byName.Keys)}. A workload of your own needs its "
                + "assembly too.");
        var options = workload.Description.Options;
        foreach (var name in reference.Options.Keys.Where(name => options.All(o => o.Name != name)))
            throw new ArgumentException(
                $"'{name}' is not an option of workload {reference.Name}; it has "
                + $"{(options.Length == 0 ? "none" : string.Join(", ", options.Select(o => o.Name)))}.");
        return workload;
    }

    /// <summary>Describes a workload as a job would run it.</summary>
    /// <param name="reference">The workload with its options.</param>
    /// <param name="dataDirectory">Folder in which downloaded data sets are kept.</param>
    /// <param name="prepareData">
    /// True loads the data, downloading it where needed, and builds the model: examples and layers are counted then.
    /// </param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="files">Gets the files and folders that the description depends on; null where nobody asks.</param>
    /// <exception cref="ArgumentException">No such workload, or a bad option.</exception>
    /// <exception cref="DataUnavailableException">The data cannot be had.</exception>
    public WorkloadDescription Inspect(
        WorkloadReference reference, string dataDirectory, bool prepareData,
        IProgress<DataProgress>? progress = null, ICollection<string>? files = null)
    {
        var workload = Create(reference);
        var description = workload.Describe(reference.Options);
        if (!prepareData) return description;
        var setup = new WorkloadSetup { Options = reference.Options, DataDirectory = dataDirectory, Progress = progress };
        using var data = workload.Load(setup);
        using var model = workload.CreateModel(setup);
        var traits = TraitsOf.Workload(workload, model, data.Training, TorchSharp.torch.CPU);
        var multiplyAdds = traits.HidesLayers ? null : MultiplyAdds.OfForward(model, data.Training);
        foreach (var file in setup.Read.Distinct()) files?.Add(file);
        return description with
        {
            Warnings = [.. workload.Warnings(setup, model)],
            TrainingExamples = data.Training.Count,
            ValidationExamples = data.Validation.Count,
            ForwardMultiplyAdds = multiplyAdds?.Values.Sum(),
            Traits = traits,
            Layers = [.. BucketPlan.Layers(model).Select(l => new LayerSize(
                l.Parameters.Sum(p => p.Parameter.numel()),
                (int)l.Parameters[0].Parameter.shape.FirstOrDefault(1),
                multiplyAdds is not null && multiplyAdds.TryGetValue(l.Module, out var counted) ? counted : null))],
        };
    }

    /// <summary>The training strategies that the assembly of a user's own workload brings along; none for a built-in workload.</summary>
    /// <exception cref="ArgumentException">The assembly cannot be used; the message names the rule.</exception>
    public IReadOnlyList<TrainingStrategy> Strategies(WorkloadReference reference) => reference.Assembly is not { } path ? []
        : From(path, reference.AssemblySha256, assembly => StrategyCatalogue.In(assembly).ToList());

    private Workload CreateFrom(string path, string? sha256, string typeName)
    {
        var type = From(path, sha256, assembly => assembly.GetType(typeName) ?? throw NotThere(assembly));
        if (!type.IsAssignableTo(typeof(Workload)))
            throw new ArgumentException(
                $"Type '{typeName}' of '{path}' is not a workload: it must derive from {typeof(Workload).FullName}, and its project must "
                + "not bring another AutoSelect.Training along.");
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw new ArgumentException($"Type '{typeName}' of '{path}' must be a concrete class with a public parameterless constructor.");
        return (Workload)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);

        ArgumentException NotThere(Assembly assembly)
        {
            var offered = assembly.GetExportedTypes()
                .Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(Workload))).Select(t => t.FullName).ToList();
            return new ArgumentException(
                $"Type '{typeName}' is not in assembly '{path}', which has "
                + $"{(offered.Count == 0 ? "no workload" : string.Join(", ", offered))}; give the full name with its namespace.");
        }
    }

    /// <summary>Looks at an assembly, which is loaded once.</summary>
    private T From<T>(string path, string? sha256, Func<Assembly, T> look)
    {
        if (!Path.IsPathFullyQualified(path)) throw new ArgumentException($"Workload assembly '{path}': the path must be absolute.");
        if (!File.Exists(path))
            throw new ArgumentException($"Workload assembly '{path}' does not exist: build its project first, or correct the path.");
        try
        {
            if (!assemblies.TryGetValue((path, sha256), out var assembly))
            {
                CheckUnchanged(path, sha256);
                assemblies[(path, sha256)] = assembly = OwnAssembly.Load(path);
            }
            return look(assembly);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException
            or ReflectionTypeLoadException)
        {
            throw new ArgumentException($"Workload assembly '{path}' cannot be loaded: {e.Message}", e);
        }
    }

    private static void CheckUnchanged(string path, string? sha256)
    {
        if (sha256 is null) return;
        using var file = File.OpenRead(path);
        var found = Convert.ToHexStringLower(SHA256.HashData(file));
        if (found != sha256)
            throw new ArgumentException(
                $"Workload assembly '{path}' has changed since the job was submitted: its SHA-256 is {found} and was {sha256}. Put the "
                + "assembly of then back, or submit the job anew.");
    }
}
