using Orleans.Concurrency;

namespace AutoSelect.Contracts;

/// <summary>
/// Brings devices and demands together. What is in force stands in the lease ledger, which is durable and allows one lease a device; this
/// grain only matches and watches expiries, so that two activations of it do no harm. One grain, key "pool".
/// </summary>
[Alias("autoselect.IDevicePoolGrain")]
public interface IDevicePoolGrain : IGrainWithStringKey
{
    /// <summary>Key of the only instance.</summary>
    const string Key = "pool";

    /// <summary>Adds a device, or adds it again after it or the control side was started anew.</summary>
    /// <param name="device">What joins.</param>
    /// <param name="held">
    /// Token of the lease under which its process works; null when it is idle. Another lease on the device is over.
    /// </param>
    /// <exception cref="InvalidOperationException">It stands for one client too many of a job; the message has the figures.</exception>
    [Alias("Join")] Task Join(DeviceDescription device, long? held);

    /// <summary>The device left or was lost; its lease, if any, is over.</summary>
    /// <param name="device">Which.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="isBlameless">True where what ran on it cannot be the cause: it was taken back, given back or drained.</param>
    [Alias("Leave")] Task Leave(DeviceId device, string reason, bool isBlameless);

    /// <summary>
    /// The device fell silent. One of one's own has left, and what ran on it may be the cause. Of a borrowed one its scheduler knows more:
    /// it is asked, and where it says nothing in time the device is taken for one that was taken back.
    /// </summary>
    [Alias("Silent")] Task Silent(DeviceId device, string reason);

    /// <summary>
    /// Renews what the device holds, in memory; false when it is not known and must join again. Comes between others: a pool that waits for
    /// its ledger must not take devices for silent that speak.
    /// </summary>
    [AlwaysInterleave, Alias("Heard")] Task<bool> Heard(DeviceId device);

    /// <summary>
    /// Stores a demand and returns; what there is is granted soon after. The job is woken whenever it holds more or less than before.
    /// </summary>
    [Alias("State")] Task State(Demand demand);

    /// <summary>A hint that leases were given back: others may want them.</summary>
    [OneWay, Alias("Released")] Task Released();

    /// <summary>All devices as the ledger has them, also between others.</summary>
    [AlwaysInterleave, Alias("List")] Task<IReadOnlyList<DeviceStatus>> List();
}

/// <summary>A device with its lease, if it has one.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.DeviceStatus")]
public sealed record DeviceStatus
{
    [Id(0)] public required DeviceDescription Device { get; init; }
    [Id(1)] public Lease? Lease { get; init; }

    /// <summary>Where it comes from; <see cref="OwnProvider"/> for one that is not borrowed.</summary>
    [Id(2)] public string Provider { get; init; } = OwnProvider;

    /// <summary>What a second of it costs, in seconds of a job; 0 for one's own.</summary>
    [Id(3)] public double Price { get; init; }

    /// <summary>Provider of devices that nobody lends.</summary>
    public const string OwnProvider = "local";

    /// <summary>Provider of what stands for clients that train elsewhere: it counts in no quota, share or use.</summary>
    public const string ElsewhereProvider = "elsewhere";
}
