namespace AutoSelect.Host.Control;

/// <summary>Where a store keeps its things.</summary>
/// <param name="Root">Absolute path of the store; in a cluster of what one silo keeps for itself.</param>
internal sealed record ControlPaths(string Root)
{
    /// <summary>What all silos of a cluster and their devices must see under the same path; the store itself on a single machine.</summary>
    public string Shared { get; init; } = Root;

    public string Database => Path.Combine(Root, "store.db");
    public string Jobs => Path.Combine(Shared, "jobs");

    /// <summary>A file for each job that is removed, until all of it is.</summary>
    public string Removed => Path.Combine(Shared, "removed");

    /// <summary>Where checkpoints of new jobs go (<see cref="Contracts.CheckpointUri"/>); null for the jobs' folders.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Recordings of finished jobs that later jobs learn from.</summary>
    public string Histories => Path.Combine(Shared, "histories");

    /// <summary>Recordings of other runs that were taken into the store.</summary>
    public string Curves => Path.Combine(Shared, "curves");

    /// <summary>The key of borrowed devices, which they read.</summary>
    public string Borrowing => Path.Combine(Shared, "borrowing");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Name of the log of the process that has the store open.</summary>
    public const string ControlLog = "control.log";

    public string Lock => Path.Combine(Root, "control.lock");

    /// <summary>Device processes of the control process, for the one that follows it after a crash.</summary>
    public string DeviceProcesses => Path.Combine(Root, "devices.json");

    /// <summary>Where the running process listens for others of the same user, and the secret that lets them in.</summary>
    public string Api => Path.Combine(Root, "api.json");

    /// <summary>API keys, by their digests.</summary>
    public string Keys => Path.Combine(Root, "keys.db");

    /// <summary>Who has done what through the API.</summary>
    public string Audit => Path.Combine(Root, "audit.jsonl");

    /// <summary>What relative paths count from in jobs that come through the API.</summary>
    public string Files => Path.Combine(Shared, "files");

    /// <summary>Data sets are shared by all stores of a user.</summary>
    public static string DataSets { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "autoselect", "datasets");

    /// <summary>What inspections found, beside the data sets.</summary>
    public static string Inspections { get; } = Path.Combine(Path.GetDirectoryName(DataSets)!, "inspections");
}
