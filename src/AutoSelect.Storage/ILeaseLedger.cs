using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// The durable truth about devices, demands and leases. It allows one lease in force a device and issues the tokens, in the same
/// transaction as the lease; every change of a lease names its token and changes nothing when that is over. All implementations pass one
/// suite of tests.
/// </summary>
public interface ILeaseLedger
{
    /// <summary>Adds a device, or replaces what is known of it.</summary>
    Task Put(DeviceDescription device, string provider);

    /// <summary>Takes a device out and its lease, if any, back.</summary>
    /// <returns>The job whose lease that was; null where none was in force.</returns>
    Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless);

    /// <summary>All devices with their leases in force, by id.</summary>
    Task<IReadOnlyList<DeviceStatus>> Devices();

    /// <summary>
    /// Stores a job's demand in place of the one before; it keeps its place in the order of asking. One for no devices is removed.
    /// </summary>
    Task State(Demand demand, DateTimeOffset time);

    /// <summary>All demands, in the order in which their jobs first asked.</summary>
    Task<IReadOnlyList<Demand>> Demands();

    /// <summary>Grants a device.</summary>
    /// <returns>The lease; null when one is in force on the device or the device is not there.</returns>
    Task<Lease?> Grant(DeviceId device, JobId job, DateTimeOffset expires, double price);

    /// <summary>Gives leases new tokens, all or none, so that whatever still comes under the old ones is fenced off.</summary>
    /// <returns>In the order asked for; null when one of them is over.</returns>
    Task<IReadOnlyList<Lease>?> Renew(IReadOnlyList<Lease> leases);

    /// <summary>Takes a lease back; its job is told the reason until it releases it. Nothing changes when it is over already.</summary>
    /// <returns>False when it was over.</returns>
    Task<bool> Revoke(long token, string reason, bool isBlameless);

    /// <summary>Gives leases back, or takes note that they were taken back. Those that are not there are passed over.</summary>
    /// <returns>How many were in force.</returns>
    Task<int> Release(JobId job, IReadOnlyCollection<long> tokens);

    /// <summary>What a job holds, and what it has lost and not released.</summary>
    Task<LeaseSet> HeldBy(JobId job);
}
