using System.Collections.Immutable;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>A Slurm cluster of a providers file.</summary>
internal sealed record SlurmSettings : ProviderSettings
{
    /// <summary>All but command and environment, which are known when the control side listens.</summary>
    public required Func<DeviceCommand, ImmutableSortedDictionary<string, string>, SlurmOptions> Options { get; init; }

    public required ImmutableArray<SlurmClass> SlurmClasses { get; init; }

    /// <summary>Path of slurm.conf; null takes the system's.</summary>
    public string? Configuration { get; init; }

    public override ImmutableArray<DeviceClass> Classes => [.. SlurmClasses.Select(c => c.Device)];

    public override IDeviceProvider Open(
        DeviceCommand command, ImmutableSortedDictionary<string, string> environment, TimeProvider time) =>
        new SlurmProvider(Options(command, environment), time);
}
