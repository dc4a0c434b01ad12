using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>All that a plan of the pool depends on.</summary>
/// <param name="Now">The time.</param>
/// <param name="Demands">In the order in which their jobs first asked.</param>
/// <param name="Devices">All, with their leases in force.</param>
/// <param name="Projects">Limits and weights.</param>
/// <param name="Use">Device time used so far.</param>
public sealed record PoolFacts(
    DateTimeOffset Now, IReadOnlyList<StatedDemand> Demands, IReadOnlyList<DeviceStatus> Devices, ProjectBook Projects, UseBook Use)
{
    /// <summary>The kind of most devices.</summary>
    public DeviceKind UsualKind() => Devices.Where(d => d.Device.Kind != DeviceKind.Elsewhere).CountBy(d => d.Device.Kind)
        .OrderByDescending(k => k.Value).Select(k => k.Key).FirstOrDefault();
}

/// <summary>A free device goes to a job.</summary>
public sealed record DeviceGrant(DeviceId Device, Demand Demand);

/// <summary>A job is asked for devices, for others than before, or for none any more.</summary>
public sealed record RecallMove(JobId Job, DeviceRecall? Recall);

/// <summary>Why a job waits that was told nothing, or something else, before.</summary>
public sealed record HoldMove(JobId Job, string Reason);
