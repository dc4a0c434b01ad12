using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Inspections;

/// <summary>
/// Keeps what inspections found while nothing changes that they depend on: the workload with its options and assembly, the files it reads,
/// the build of the device process and the devices. Reading the data for every plan took longer than all the rest. Links are measured every
/// time: they depend on what else the machine does.
/// </summary>
/// <param name="source">Finds out.</param>
/// <param name="cache">Keeps it.</param>
/// <param name="describe">All of this machine that answers depend on, as text; null where that cannot be told, and nothing is kept.</param>
/// <param name="time">For the age of files.</param>
internal sealed class RememberedInspections(
    ICatalogueSource source, InspectionCache cache, Func<InspectedMachine?> describe, TimeProvider time) : ICatalogueSource
{
    public async Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        if (describe() is not { } machine) return await source.Inspect(workload, ranks, progress, ct);
        var key = Key(machine, workload);
        if (cache.Find(key) is { } known)
        {
            if (ranks < 2) return known;
            return known with { Links = (await source.Inspect(null, ranks, progress, ct)).Links };
        }
        var started = time.GetUtcNow();
        var found = await source.Inspect(workload, ranks, progress, ct);
        if (workload is not null && found.Files is null) return found;
        ImmutableArray<string> files = [.. found.Files ?? [], .. machine.Files, .. Libraries(workload)];
        cache.Put(key, found with { Links = null }, files, unchangedSince: started);
        return found;
    }

    private static string Key(InspectedMachine machine, WorkloadReference? workload)
    {
        var question = new { machine.Build, machine.Surroundings, Workload = workload };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(question, RecordJson.Options)));
    }

    /// <summary>What a user's own workload was built with lies beside it.</summary>
    private static IEnumerable<string> Libraries(WorkloadReference? workload) =>
        workload?.Assembly is { } assembly
            ? Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!, "*.dll").Order(StringComparer.Ordinal) : [];
}
