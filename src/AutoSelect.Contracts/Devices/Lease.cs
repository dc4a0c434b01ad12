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

    /// <summary>When it was granted; renewing keeps it.</summary>
    [Id(6)] public DateTimeOffset Since { get; init; }

    /// <summary>Project of its job: whose share and quota it counts in.</summary>
    [Id(7)] public string Project { get; init; } = JobSpec.DefaultProject;

    /// <summary>Who submitted its job.</summary>
    [Id(8)] public string Owner { get; init; } = "";
}

/// <summary>A lease that was taken back and that its job has not taken note of yet.</summary>
/// <param name="Lease">Which.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="IsBlameless">
/// True where the control side's own restart is the cause, which says nothing about what ran on the device.
/// </param>
public sealed record LostLease(Lease Lease, string Reason, bool IsBlameless);

/// <summary>That a job is to give devices back, at the next checkpoint of a probing lane; it is over once the job holds no more.</summary>
/// <param name="Keep">Devices that it may keep; those of its baseline's lane or committed run among them.</param>
/// <param name="Kind">Of which kind those are to be that it gives back; null where that does not matter.</param>
/// <param name="Reason">For whom, for people.</param>
/// <param name="OfCommitted">
/// True where also the lane of a baseline or a committed run is to end, if the probing lanes are not enough.
/// </param>
public sealed record DeviceRecall(int Keep, DeviceKind? Kind, string Reason, bool OfCommitted = false);

/// <summary>What the ledger holds for one job.</summary>
/// <param name="Version">Grows with every change of the ledger; of two sets the one with the higher version is the newer.</param>
/// <param name="Leases">In force, by device.</param>
/// <param name="Lost">Taken back, until the job releases them.</param>
public sealed record LeaseSet(
    long Version, ImmutableArray<HeldLease> Leases, ImmutableArray<LostLease> Lost)
{
    public static LeaseSet Empty { get; } = new(0, [], []);

    /// <summary>False while the job waits to be admitted: it holds nothing then, and does nothing.</summary>
    public bool IsAdmitted { get; init; } = true;

    /// <summary>Why it is not admitted; empty where it is, or where nobody has looked yet.</summary>
    public string Waits { get; init; } = "";

    /// <summary>What it is to give back; null for nothing.</summary>
    public DeviceRecall? Recall { get; init; }
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
    /// What a second of a device is worth to it, in seconds of the job: of two jobs of one user that hold alike the one that offers more is
    /// served first.
    /// </summary>
    [Id(4)] public double Price { get; init; }

    /// <summary>Whose share and quota its devices count in.</summary>
    [Id(5)] public string Project { get; init; } = JobSpec.DefaultProject;

    /// <summary>Who submitted it.</summary>
    [Id(6)] public string Owner { get; init; } = "";

    /// <summary>See <see cref="JobPriority"/>.</summary>
    [Id(7)] public int Priority { get; init; } = JobPriority.Normal;

    /// <summary>
    /// Devices of its baseline's lane or its committed run; those beyond are for probing and may be asked back. At least
    /// <see cref="Least"/>, and counted as that where it is smaller.
    /// </summary>
    [Id(8)] public int Core { get; init; } = 1;
}

/// <summary>A demand as the ledger holds it.</summary>
/// <param name="Demand">As it was last stated.</param>
/// <param name="Since">When its job first asked.</param>
/// <param name="AdmittedAt">Since when the job is admitted; null while it waits.</param>
/// <param name="Waits">Why it is not admitted; empty where it is, or where nobody has looked yet.</param>
/// <param name="Recall">What it is to give back; null for nothing.</param>
public sealed record StatedDemand(
    Demand Demand, DateTimeOffset Since, DateTimeOffset? AdmittedAt = null, string Waits = "", DeviceRecall? Recall = null)
{
    public JobId Job => Demand.Job;
}
