using System.Collections.Immutable;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>The keys of each section of a providers file.</summary>
internal static class ProvidersFileKeys
{
    public static readonly ImmutableArray<string> Root = ["control", "limits", "every", "servers", "providers"];
    public static readonly ImmutableArray<string> Limits = ["devices", "idle", "leastUse"];
    public static readonly ImmutableArray<string> Device =
        ["executable", "dotnet", "data", "home", "token", "authority", "certificate", "certificateKey", "grace", "environment"];

    public static readonly ImmutableArray<string> Toleration = ["key", "value", "effect"];

    public static readonly ImmutableArray<string> Slurm =
        ["name", "kind", "device", "classes", "configuration", "programs", "folder", "logs", "notice", "patience"];

    public static readonly ImmutableArray<string> Kubernetes =
        ["name", "kind", "device", "classes", "namespace", "kubeconfig", "context", "volumes", "checkpoint", "keepEnded", "patience"];

    private static readonly ImmutableArray<string> Class =
        ["name", "device", "model", "price", "devices", "longest", "startUp", "usualWait", "preemptible"];

    public static readonly ImmutableArray<string> SlurmClass =
        [.. Class, "partition", "qos", "account", "gres", "constraint", "cpus", "memory", "requeue"];

    public static readonly ImmutableArray<string> KubernetesClass =
        [.. Class, "image", "resources", "queue", "priorityClass", "nodeSelector", "tolerations"];
}
