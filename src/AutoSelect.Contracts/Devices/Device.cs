namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum DeviceKind
{
    /// <summary>One core with one thread.</summary>
    Cpu,
    Cuda,

    /// <summary>Whatever a client trains on that asks for work and tells how it goes; nothing of AutoSelect's own.</summary>
    Elsewhere,
}

/// <summary>An accelerator or a CPU slot, as its process describes it.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.DeviceDescription")]
public sealed record DeviceDescription
{
    [Id(0)] public required DeviceId Id { get; init; }
    [Id(1)] public required DeviceKind Kind { get; init; }

    /// <summary>Index among the host's devices of the kind.</summary>
    [Id(2)] public required int Index { get; init; }

    /// <summary>Name of the processor or accelerator.</summary>
    [Id(3)] public required string Model { get; init; }

    [Id(4)] public required string Host { get; init; }

    /// <summary>Process id, for people who want to kill it.</summary>
    [Id(5)] public int ProcessId { get; init; }

    /// <summary>Made anew by each process: process ids repeat, in containers at every start.</summary>
    [Id(8)] public Guid Instance { get; init; }

    /// <summary>How fast bf16 was measured to be against fp32; null where nobody has measured.</summary>
    [Id(6)] public Bf16Speed? Bf16 { get; init; }

    /// <summary>
    /// The network its process pretends to have between ranks, such as "100 Mbit/s, 2 ms"; empty where it is the real one.
    /// </summary>
    [Id(7)] public string SimulatedLink { get; init; } = "";

    /// <summary>
    /// Whom it is borrowed from; null for a device of one's own. The control side's to say: what the process says of it counts for nothing.
    /// </summary>
    [Id(12)] public DeviceOrigin? Origin { get; init; }

    /// <summary>The client that it stands for; null for a device that a process of AutoSelect trains on.</summary>
    [Id(13)] public ElsewhereClient? Elsewhere { get; init; }

    /// <summary>True when both were told by one process.</summary>
    public bool IsSameProcess(DeviceDescription other) => (ProcessId, Instance) == (other.ProcessId, other.Instance);
}

/// <summary>
/// A client that trains a job's runs elsewhere. The control side makes a device for it, so that a lease says which run is its; the lease
/// binds nobody's device.
/// </summary>
/// <param name="Job">The only job that the device is for.</param>
/// <param name="Name">The client's name for itself.</param>
/// <param name="PatienceSeconds">Silence that is borne while it trains, at least 1.</param>
[GenerateSerializer, Immutable, Alias("autoselect.ElsewhereClient")]
public sealed record ElsewhereClient(
    [property: Id(0)] JobId Job, [property: Id(1)] string Name, [property: Id(2)] double PatienceSeconds);

/// <summary>Where a borrowed device comes from.</summary>
/// <param name="Provider">Who lends it, by its name in the settings.</param>
/// <param name="Class">Name of its class in the settings.</param>
/// <param name="Price">What a second of it costs, in seconds of the job.</param>
[GenerateSerializer, Immutable, Alias("autoselect.DeviceOrigin")]
public sealed record DeviceOrigin(
    [property: Id(0)] string Provider, [property: Id(1)] string Class, [property: Id(2)] double Price);

/// <summary>Times of fp32 over times of bf16, measured on the device itself: above 1, bf16 is faster.</summary>
/// <param name="Gemm">For a matrix product.</param>
/// <param name="Convolution">For a 3x3 convolution.</param>
/// <param name="Reason">Why it cannot be used at all; empty where it can.</param>
[GenerateSerializer, Immutable, Alias("autoselect.Bf16Speed")]
public sealed record Bf16Speed([property: Id(0)] double Gemm, [property: Id(1)] double Convolution, [property: Id(2)] string Reason = "")
{
    /// <summary>Gain below which casting costs what the faster kernels save.</summary>
    public const double LeastGain = 1.5;

    /// <summary>True where both kernels gain enough for a candidate in bf16 to be worth its rounding.</summary>
    public bool IsFast => Reason.Length == 0 && Gemm >= LeastGain && Convolution >= LeastGain;

    /// <summary>The measurement and the rule, for people.</summary>
    public string Explanation => Reason.Length > 0 ? Reason : string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"this device was measured to be {Gemm:0.0}x as fast in bf16 as in fp32 for matrix products and {Convolution:0.0}x for "
        + $"convolutions; both must be at least {LeastGain:0.0}x");
}
