using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// The durable truth about devices, demands and leases, and about who may hold how many. It allows one lease in force a device and issues
/// the tokens, in the same transaction as the lease; every change of a lease names its token and changes nothing when that is over. All
/// implementations pass one suite of tests.
/// </summary>
public interface ILeaseLedger
{
    /// <summary>Adds a device, or replaces what is known of it.</summary>
    /// <param name="device">Which.</param>
    /// <param name="provider">Where it comes from.</param>
    /// <param name="price">What a second of it costs, in seconds of a job.</param>
    Task Put(DeviceDescription device, string provider, double price = 0);

    /// <summary>Takes a device out and its lease, if any, back.</summary>
    /// <returns>The job whose lease that was; null where none was in force.</returns>
    Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless);

    /// <summary>All devices with their leases in force, by id.</summary>
    Task<IReadOnlyList<DeviceStatus>> Devices();

    /// <summary>
    /// Stores a job's demand in place of the one before; it keeps its place in the order of asking. One for no devices is removed. The same
    /// once more changes nothing.
    /// </summary>
    Task State(Demand demand, DateTimeOffset time);

    /// <summary>All demands, in the order in which their jobs first asked.</summary>
    Task<IReadOnlyList<StatedDemand>> Demands();

    /// <summary>Lets a job with a demand start, until it withdraws that; one that may already stays so.</summary>
    /// <param name="job">Which.</param>
    /// <param name="limits">Jobs that its project and its user may have admitted, it among them.</param>
    /// <returns>False where there is no such demand, or a limit stands against it.</returns>
    Task<bool> Admit(JobId job, AccountLimits limits = default);

    /// <summary>Says why a job with a demand is not admitted; nothing where there is no such demand, or it is.</summary>
    Task Hold(JobId job, string reason);

    /// <summary>Asks a job with a demand for devices, or for none any more: null.</summary>
    Task Recall(JobId job, DeviceRecall? recall);

    /// <summary>Grants a device to a job, on the account of its demand's project and user.</summary>
    /// <param name="device">Which.</param>
    /// <param name="job">To whom.</param>
    /// <param name="expires">When the lease is over unless its device is heard of before.</param>
    /// <param name="price">What a second of it costs.</param>
    /// <param name="limits">Devices that its project and its user may hold, this one among them.</param>
    /// <returns>The lease; null when one is in force on the device, the device is not there, or a limit stands against it.</returns>
    Task<Lease?> Grant(DeviceId device, JobId job, DateTimeOffset expires, double price, AccountLimits limits = default);

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

    /// <summary>
    /// Which jobs' sets have changed, by one look at the ledger: who knows them has to read no others. Changes that a job made itself are
    /// among them.
    /// </summary>
    /// <param name="since">A <see cref="LeaseSet.Version"/>; 0 for that of an empty ledger.</param>
    Task<LeaseNews> News(long since);

    /// <summary>
    /// Charges the time of all leases in force up to now; what ends one charges it too. Of a longer time since the last charge than
    /// <see cref="DeviceCharges.MostGap"/> only that much counts: nobody was there to say that the device was in use.
    /// </summary>
    Task Charge();

    /// <summary>Device time that was charged in the hours from one on.</summary>
    Task<IReadOnlyList<DeviceUse>> Use(DateTimeOffset since);

    /// <summary>The limits of all projects that limits were set for, by name.</summary>
    Task<IReadOnlyList<ProjectLimits>> Limits();

    /// <summary>Puts other limits of a project in place of those before, which nobody else changes meanwhile.</summary>
    /// <param name="project">Which.</param>
    /// <param name="change">Makes them of those before, which are none at first. May be called several times; the last time counts.</param>
    /// <exception cref="ArgumentException">
    /// A limit breaks its rule; the message gives the value and the rule. Nothing is changed.
    /// </exception>
    Task ChangeLimits(string project, Func<ProjectLimits, ProjectLimits> change);
}
