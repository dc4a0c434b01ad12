using AutoSelect.Chaos.Cluster;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>What the process of a simulated device is started with.</summary>
internal sealed record SimulatedDeviceOptions
{
    public required DeviceId Device { get; init; }
    public required Servers Servers { get; init; }

    /// <summary>API key of role device.</summary>
    public required string Key { get; init; }

    /// <summary>Folder of the histories.</summary>
    public required string Histories { get; init; }

    /// <summary>What a step takes, in seconds.</summary>
    public double SecondsPerStep { get; init; } = .01;

    /// <summary>
    /// Reports that it goes on making, as if nothing had happened, after it was told that its lease is over; default 0, as a device should.
    /// </summary>
    public int ZombieReports { get; init; }

    /// <summary>Time between reports.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(.3);
}
