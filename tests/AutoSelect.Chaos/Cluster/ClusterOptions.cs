namespace AutoSelect.Chaos.Cluster;

/// <summary>How many of what a cluster has.</summary>
internal sealed record ClusterOptions
{
    public int Silos { get; init; } = 3;

    public int SimulatedDevices { get; init; } = 6;

    /// <summary>Simulated devices that ignore their revocation for a while, the last ones.</summary>
    public int Zombies { get; init; } = 2;

    public int RealDevices { get; init; } = 2;

    /// <summary>What a step of a simulated device takes, in seconds.</summary>
    public double SecondsPerStep { get; init; } = .01;

    /// <summary>Megabytes of the disk of checkpoints, where it can be a small one.</summary>
    public int DiskMegabytes { get; init; } = 256;

    /// <summary>Whether silos get network namespaces of their own where that can be done.</summary>
    public bool WithNetwork { get; init; } = true;
}
