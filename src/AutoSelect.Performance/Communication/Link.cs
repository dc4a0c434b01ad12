namespace AutoSelect.Performance;

/// <summary>What transfers that run at the same time have in common.</summary>
public enum LinkSharing
{
    /// <summary>Nothing: each runs at full speed.</summary>
    None,

    /// <summary>The wire: the bandwidth is shared, the latency is not.</summary>
    Wire,

    /// <summary>The processors that copy and sum: everything takes longer.</summary>
    Processors,
}

/// <summary>A kind of connection between ranks: sending n bytes takes α + nβ seconds.</summary>
/// <param name="Name">For example "shared memory".</param>
/// <param name="LatencySeconds">α, seconds per transfer.</param>
/// <param name="SecondsPerByte">β, the inverse of the bandwidth.</param>
/// <param name="Sharing">What is shared when more than <paramref name="Lanes"/> transfers run at once.</param>
/// <param name="Lanes">Transfers at full speed at once, out of one host (inside it for the innermost link).</param>
public sealed record Link(string Name, double LatencySeconds, double SecondsPerByte, LinkSharing Sharing = LinkSharing.None, int Lanes = 1)
{
    /// <summary>α.</summary>
    public double LatencySeconds { get; } = Usable(LatencySeconds, nameof(LatencySeconds));

    /// <summary>β.</summary>
    public double SecondsPerByte { get; } = Usable(SecondsPerByte, nameof(SecondsPerByte));

    /// <summary>C, bytes that the ranks of a host may work on together before they leave its caches; infinite by default.</summary>
    public double CacheBytes { get; private init; } = double.PositiveInfinity;

    /// <summary>δ, what a byte that is not in the cache takes beyond β, seconds.</summary>
    public double BeyondCacheSecondsPerByte { get; private init; }

    /// <summary>Bytes of one step that the buffer of the link takes without the receiver; infinite by default.</summary>
    public double BufferBytes { get; private init; } = double.PositiveInfinity;

    /// <summary>ε, what a byte that is not in the buffer takes beyond β, seconds: sender and receiver wait for each other.</summary>
    public double BeyondBufferSecondsPerByte { get; private init; }

    public int Lanes { get; } = Lanes >= 1 ? Lanes
        : throw new ArgumentOutOfRangeException(nameof(Lanes), Lanes, "A link has at least one lane");

    /// <summary>A link of a given bandwidth in bits per second, as networks are sold.</summary>
    public static Link OfBandwidth(string name, double latencySeconds, double bitsPerSecond, LinkSharing sharing = LinkSharing.Wire) =>
        bitsPerSecond > 0
        ? new(name, latencySeconds, 8 / bitsPerSecond, sharing)
        : throw new ArgumentOutOfRangeException(nameof(bitsPerSecond), bitsPerSecond, "A bandwidth is positive");

    /// <summary>Times of a link: α, β, δ, ε.</summary>
    internal const int Times = 4;

    internal Link With(ReadOnlySpan<double> times) => new(Name, times[0], times[1], Sharing, Lanes)
    {
        CacheBytes = CacheBytes,
        BeyondCacheSecondsPerByte = times[2],
        BufferBytes = BufferBytes,
        BeyondBufferSecondsPerByte = times[3],
    };

    /// <summary>A link whose buffer is small beside the pieces of a large message.</summary>
    /// <param name="bytes">Positive.</param>
    /// <param name="beyondSecondsPerByte">ε, not negative.</param>
    public Link WithBuffer(double bytes, double beyondSecondsPerByte = 0) => bytes > 0
        ? this with { BufferBytes = bytes, BeyondBufferSecondsPerByte = Usable(beyondSecondsPerByte, nameof(beyondSecondsPerByte)) }
        : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A buffer has more than 0 bytes");

    /// <summary>A link that slows down where messages outgrow a cache, as shared memory does.</summary>
    /// <param name="bytes">C, positive.</param>
    /// <param name="beyondSecondsPerByte">δ, not negative.</param>
    public Link WithCache(double bytes, double beyondSecondsPerByte = 0) => bytes > 0
        ? this with { CacheBytes = bytes, BeyondCacheSecondsPerByte = Usable(beyondSecondsPerByte, nameof(beyondSecondsPerByte)) }
        : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A cache has more than 0 bytes");

    private static double Usable(double seconds, string name) => seconds >= 0 && double.IsFinite(seconds)
        ? seconds
        : throw new ArgumentOutOfRangeException(name, seconds, "Times of a link are finite and not negative");
}
