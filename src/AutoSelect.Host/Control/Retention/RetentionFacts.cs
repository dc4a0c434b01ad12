using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control.Retention;

/// <summary>Looks at what there is of jobs that have ended, and at the logs.</summary>
internal static class RetentionFacts
{
    public const string Checkpoints = "checkpoints";

    public const string WeightsPattern = "final.*";

    /// <summary>What a policy has limits for, but for logs: of nothing else the folders are gone through.</summary>
    /// <param name="jobs">The store.</param>
    /// <param name="paths">Where the folders of jobs are.</param>
    /// <param name="policy">The limits.</param>
    public static async Task<IReadOnlyList<Holding>> OfJobs(IJobStore jobs, ControlPaths paths, RetentionPolicy policy)
    {
        if (policy.Limits.Keys.All(kind => kind == Kept.Logs)) return [];
        var all = (await jobs.List(new JobQuery())).Jobs;
        // Looks at all events of all jobs: only where it counts how much they are.
        var sizes = policy.Limits.GetValueOrDefault(Kept.Jobs)?.MoreThan is null ? null : await jobs.Sizes();
        var users = await Users(jobs, all.Where(j => !j.Phase.HasEnded()));
        var found = new List<Holding>();
        foreach (var job in all.Where(j => j.Phase.HasEnded()))
        {
            // Of the id that the store gave it, never of what a record says.
            var folder = Path.Combine(paths.Jobs, job.Id.Value);
            var user = users.Find(u => u.Reads.Any(path => IsIn(path, folder))).Job;
            void Add(Kept kind, Func<long> bytes)
            {
                if (policy.Limits.ContainsKey(kind) && bytes() is var size && (size > 0 || kind == Kept.Jobs))
                    found.Add(new Holding(kind, job.Id.Value, job.UpdatedAt, size, user));
            }
            Add(Kept.Checkpoints, () => Bytes(Path.Combine(folder, Checkpoints), "*", isDeep: true));
            Add(Kept.Weights, () => Bytes(folder, WeightsPattern, isDeep: false));
            Add(Kept.Jobs, () => (sizes?.GetValueOrDefault(job.Id) ?? 0) + Bytes(folder, "*", isDeep: true));
        }
        return found;
    }

    /// <summary>What unfinished jobs name in what they were submitted as: data and weights may lie in the folder of another job.</summary>
    private static async Task<List<(string? Job, IReadOnlyList<string> Reads)>> Users(IJobStore jobs, IEnumerable<JobSummary> unfinished)
    {
        var users = new List<(string?, IReadOnlyList<string>)>();
        foreach (var job in unfinished)
        {
            var first = await jobs.Changes(job.Id, 0, most: 1);
            users.Add((job.Id.Value, [.. first.SelectMany(e => Texts(JsonSerializer.SerializeToElement(e.Change, RecordJson.Options)))]));
        }
        return users;
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };

    private static bool IsIn(string text, string folder) =>
        Path.IsPathRooted(text) && !text.Contains('\0')
        && Path.GetFullPath(text).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Logs, for which no store is needed.</summary>
    /// <param name="paths">Where they are.</param>
    /// <param name="openLogs">Names of those that are being written.</param>
    public static IEnumerable<Holding> Logs(ControlPaths paths, IReadOnlyCollection<string> openLogs)
    {
        if (!Directory.Exists(paths.Logs)) yield break;
        foreach (var file in new DirectoryInfo(paths.Logs).EnumerateFiles("*.log"))
            if (!openLogs.Contains(file.Name)) yield return new Holding(Kept.Logs, file.Name, file.LastWriteTimeUtc, file.Length);
    }

    private static long Bytes(string folder, string pattern, bool isDeep)
    {
        if (!Directory.Exists(folder)) return 0;
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = isDeep,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        return new DirectoryInfo(folder).EnumerateFiles(pattern, options).Sum(Length);
    }

    /// <summary>0 for one that is gone meanwhile.</summary>
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
