using System.Collections.Immutable;

namespace AutoSelect.Providers;

/// <summary>How devices are borrowed from Kubernetes.</summary>
public sealed record KubernetesOptions
{
    /// <summary>What people call it; default "kubernetes".</summary>
    public string Name { get; init; } = "kubernetes";

    /// <summary>Namespace of the jobs.</summary>
    public required string Namespace { get; init; }

    /// <summary>What serves a device in its container, as the first process of it, so that signals reach it.</summary>
    public required DeviceCommand Command { get; init; }

    public required ImmutableArray<KubernetesClass> Classes { get; init; }

    /// <summary>Environment of the container, such as where to find data; no secrets.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Claims of volumes with the paths at which the containers see them, such as that of the cluster's shared folder.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Volumes { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Time that a device has to write its checkpoint after SIGTERM; default 60 s. Spot nodes may leave less.</summary>
    public TimeSpan CheckpointTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an ended job stays readable; default 5 min.</summary>
    public TimeSpan KeepEnded { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the API server may take to answer; default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
