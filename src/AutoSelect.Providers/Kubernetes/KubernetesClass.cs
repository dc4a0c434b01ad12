using System.Collections.Immutable;
using k8s.Models;

namespace AutoSelect.Providers;

/// <summary>How a class of devices is asked for of Kubernetes.</summary>
public sealed record KubernetesClass
{
    public required DeviceClass Device { get; init; }

    /// <summary>Image that the device command is in.</summary>
    public required string Image { get; init; }

    /// <summary>Requests and limits of the container, alike, such as "cpu" → "1" or "nvidia.com/gpu" → "1".</summary>
    public ImmutableSortedDictionary<string, string> Resources { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Kueue's local queue; null for none. With one, jobs are made suspended and Kueue starts them.</summary>
    public string? Queue { get; init; }

    /// <summary>Priority class of the pod; null for the cluster's default.</summary>
    public string? PriorityClass { get; init; }

    /// <summary>Labels that the node must have, such as those of preemptible nodes.</summary>
    public ImmutableSortedDictionary<string, string> NodeSelector { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Taints of nodes that are put up with.</summary>
    public ImmutableArray<V1Toleration> Tolerations { get; init; } = [];
}
