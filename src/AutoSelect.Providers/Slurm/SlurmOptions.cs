using System.Collections.Immutable;

namespace AutoSelect.Providers;

/// <summary>How devices are borrowed from Slurm.</summary>
public sealed record SlurmOptions
{
    private readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>What people call it; default "slurm".</summary>
    public string Name { get; init; } = "slurm";

    /// <summary>What serves a device; it takes the job script's place, so that signals reach it.</summary>
    public required DeviceCommand Command { get; init; }

    public required ImmutableArray<SlurmClass> Classes { get; init; }

    /// <summary>Time before the end at which the device is sent SIGTERM; default 60 s. Slurm may send it up to a minute earlier.</summary>
    public TimeSpan Notice { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where devices start, on the nodes; default "/".</summary>
    public string Folder { get; init; } = "/";

    /// <summary>Folder of the devices' logs, on the nodes, one LABEL.log each; null keeps none.</summary>
    public string? Logs { get; init; }

    /// <summary>Environment of the device. Nothing else of this process's environment is taken along, such as keys.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Folder of Slurm's programs; default those on the path.</summary>
    public string? Programs { get; init; }

    /// <summary>Path of slurm.conf for the programs; null takes the system's.</summary>
    public string? Configuration { get; init; }

    /// <summary>How long a program may take to answer; default 30 s.</summary>
    public TimeSpan Patience
    {
        get => patience;
        init => patience = value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(Patience), value, "The time for Slurm's programs to answer must be above 0.");
    }
}
