namespace AutoSelect.Communication;

/// <summary>How a rank takes part in a group. All ranks of a group give the same values.</summary>
public sealed record GroupOptions
{
    /// <summary>How data goes between ranks. Default: shared memory between ranks of one machine, TCP between others.</summary>
    public DataPath Path { get; init; } = DataPath.Automatic;

    /// <summary>
    /// Slows every rank's sending down to a link of this bandwidth and latency; null (default) for none. Data then goes over TCP, or with
    /// <see cref="DataPath.SharedMemory"/> through shared memory, which is faster than any TCP and so can be slowed down to more.
    /// </summary>
    public LinkShape? Shape { get; init; }

    /// <summary>Longest wait for all ranks to join. Default 2 min.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A rank from which nothing is heard for so long counts as lost (a killed process is noticed at once). Default 15 s, at least .1 s.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A collective in which a rank that is alive sends nothing for so long is aborted. Default 10 min.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Busy waiting before a rank sleeps, µs; it yields to other threads of its processor meanwhile. Default null: 50.</summary>
    public double? SpinMicroseconds { get; init; }

    /// <summary>
    /// Bytes of each shared-memory ring, one for every ordered pair of ranks of a machine: a power of two from 4096. Default 1 MiB.
    /// </summary>
    public int RingBytes { get; init; } = 1 << 20;

    internal void Validate()
    {
        if (JoinTimeout <= TimeSpan.Zero) throw new ArgumentException($"The join timeout {JoinTimeout} is not positive.");
        if (SilenceTimeout < TimeSpan.FromSeconds(.1)) throw new ArgumentException($"The silence timeout {SilenceTimeout} is below .1 s.");
        if (StallTimeout <= TimeSpan.Zero) throw new ArgumentException($"The stall timeout {StallTimeout} is not positive.");
        if (SpinMicroseconds is < 0) throw new ArgumentException($"The spin time {SpinMicroseconds} µs is negative.");
        if (RingBytes < 4096 || !int.IsPow2(RingBytes))
            throw new ArgumentException($"Ring bytes {RingBytes} must be a power of two from 4096.");
        Shape?.Validate();
    }
}
