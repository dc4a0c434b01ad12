namespace AutoSelect.Providers;

/// <summary>How a class of devices is asked for of Slurm; what is null is left to the site's defaults.</summary>
public sealed record SlurmClass
{
    private readonly int cpus = 1;

    public required DeviceClass Device { get; init; }

    /// <summary>Partition, such as one that others preempt.</summary>
    public string? Partition { get; init; }

    /// <summary>Quality of service.</summary>
    public string? Qos { get; init; }

    /// <summary>Whom it is charged to.</summary>
    public string? Account { get; init; }

    /// <summary>Generic resources of one device, such as "gpu:1"; null for a device of the processor.</summary>
    public string? Gres { get; init; }

    /// <summary>Features that the node must have, as Slurm's --constraint.</summary>
    public string? Constraint { get; init; }

    /// <summary>Cores; default 1.</summary>
    public int Cpus
    {
        get => cpus;
        init => cpus = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Cpus), value, "The cores of a device must be at least 1.");
    }

    /// <summary>Memory in Slurm's units, such as "16G".</summary>
    public string? Memory { get; init; }

    /// <summary>
    /// Whether a preempted job goes back into the queue under its id; default false. It then waits for a while that the site sets (two
    /// minutes is usual), so a new request is most often served sooner.
    /// </summary>
    public bool Requeue { get; init; }
}
