namespace AutoSelect.Contracts;

/// <summary>The control side's end of one device process. The key is the device's id. The process calls; it is never called.</summary>
[Alias("autoselect.IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Called by a device process when it starts and after it lost the control side.</summary>
    /// <param name="device">What the process offers.</param>
    /// <param name="running">The assignment it still trains, to be told whether it may go on; null when idle.</param>
    [Alias("Register")] Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running);

    /// <summary>Waits for work for at most <paramref name="patience"/>; null when there is none.</summary>
    [Alias("NextWork")] Task<SegmentAssignment?> NextWork(long session, TimeSpan patience);

    /// <summary>Reports progress and renews the lease.</summary>
    [Alias("Report")] Task<ReportReply> Report(long session, SegmentReport report);

    /// <summary>Gives the device a segment to train; called by the job that holds the lease.</summary>
    [Alias("Assign")] Task Assign(SegmentAssignment assignment);
}

/// <summary>Answer to a registration.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.RegisterReply")]
public sealed record RegisterReply
{
    /// <summary>To be sent with every call; calls of an older session are refused.</summary>
    [Id(0)] public required long Session { get; init; }

    /// <summary>Seconds of silence after which the control side takes the lease back.</summary>
    [Id(1)] public required double LeaseSeconds { get; init; }

    /// <summary>Seconds without the control side after which the device stops training by its own clock. Longer than the lease, so
    /// that training goes on through a restart of the control side; the fencing token keeps what is reported late from counting.</summary>
    [Id(3)] public required double GraceSeconds { get; init; }

    /// <summary>What the running segment is to do.</summary>
    [Id(2)] public required ReportReply Running { get; init; }
}

/// <summary>What a device was training when it registered.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.RunningSegment")]
public sealed record RunningSegment
{
    [Id(0)] public required JobId Job { get; init; }
    [Id(1)] public required TrialId Trial { get; init; }
    [Id(2)] public required long LeaseToken { get; init; }
}

/// <summary>All devices and who may use them. One grain, key "pool".</summary>
[Alias("autoselect.IDevicePoolGrain")]
public interface IDevicePoolGrain : IGrainWithStringKey
{
    /// <summary>Key of the only instance.</summary>
    const string Key = "pool";

    /// <summary>Adds a device, or adds it again after the control side was restarted.</summary>
    /// <param name="device">What joins.</param>
    /// <param name="held">The lease its running segment was given; kept if no newer one was granted.</param>
    [Alias("Join")] Task Join(DeviceDescription device, Lease? held);

    /// <summary>The device fell silent or left; its lease, if any, is over.</summary>
    [Alias("Leave")] Task Leave(DeviceId device, string reason);

    /// <summary>All leases the job holds, after granting more on free devices up to <paramref name="count"/>; possibly none. The job is
    /// told by <see cref="IJobGrain.DevicesChanged"/> when devices come free until it has as many as it last asked for.</summary>
    [Alias("Acquire")] Task<IReadOnlyList<Lease>> Acquire(JobId job, int count);

    /// <summary>Replaces a lease by one with a new token on the same device, so that whatever is still reported under the old one is fenced off.</summary>
    /// <returns>The new lease; null when the old one is over.</returns>
    [Alias("Renew")] Task<Lease?> Renew(Lease lease);

    /// <summary>Gives a lease back; an old token changes nothing.</summary>
    [Alias("Release")] Task Release(Lease lease);

    [Alias("List")] Task<IReadOnlyList<DeviceStatus>> List();
}

/// <summary>A device with its lease, if it has one.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.DeviceStatus")]
public sealed record DeviceStatus
{
    [Id(0)] public required DeviceDescription Device { get; init; }
    [Id(1)] public Lease? Lease { get; init; }
}
