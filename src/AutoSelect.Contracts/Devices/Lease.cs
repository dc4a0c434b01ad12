using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>The right to use a device until an expiry; a higher token fences off all lower ones.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Lease")]
public sealed record Lease
{
    [Id(0)] public required DeviceId Device { get; init; }
    [Id(1)] public required JobId Job { get; init; }

    /// <summary>Issued by the ledger; grows with every lease it grants or renews.</summary>
    [Id(2)] public required long Token { get; init; }

    /// <summary>When it is over unless its device is heard of before; what renews it is not stored.</summary>
    [Id(3)] public DateTimeOffset Expires { get; init; }

    /// <summary>Where the device comes from, such as "local".</summary>
    [Id(4)] public string Provider { get; init; } = "";

    /// <summary>What a second of it costs, in seconds of the job.</summary>
    [Id(5)] public double Price { get; init; }
}

/// <summary>A lease that was taken back and that its job has not taken note of yet.</summary>
/// <param name="Lease">Which.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="IsBlameless">
/// True where the control side's own restart is the cause, which says nothing about what ran on the device.
/// </param>
public sealed record LostLease(Lease Lease, string Reason, bool IsBlameless);

/// <summary>What the ledger holds for one job.</summary>
/// <param name="Version">Grows with every change of the ledger; of two sets the one with the higher version is the newer.</param>
/// <param name="Leases">In force, by device.</param>
/// <param name="Lost">Taken back, until the job releases them.</param>
public sealed record LeaseSet(
    long Version, ImmutableArray<HeldLease> Leases, ImmutableArray<LostLease> Lost)
{
    public static LeaseSet Empty { get; } = new(0, [], []);
}

/// <summary>A lease in force with the device that it is of.</summary>
public sealed record HeldLease(Lease Lease, DeviceDescription Device);

/// <summary>What a job asks of the device pool; stated once, and again when it changes.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Demand")]
public sealed record Demand
{
    [Id(0)] public required JobId Job { get; init; }

    /// <summary>Devices without which nothing of it can run, at least 1.</summary>
    [Id(1)] public required int Least { get; init; }

    /// <summary>Devices that it has a use for; 0 withdraws the demand.</summary>
    [Id(2)] public required int Most { get; init; }

    /// <summary>Kind of the devices; null takes any.</summary>
    [Id(3)] public DeviceKind? Class { get; init; }

    /// <summary>
    /// What a second of a device is worth to it, in seconds of the job; who offers more is served first, then who asked first.
    /// </summary>
    [Id(4)] public double Price { get; init; }
}
