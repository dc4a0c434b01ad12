namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum DeviceKind
{
    /// <summary>One core with one thread.</summary>
    Cpu,
    Cuda,
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
}

/// <summary>The right to use a device until an expiry; a higher token fences off all lower ones.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Lease")]
public sealed record Lease
{
    [Id(0)] public required DeviceId Device { get; init; }
    [Id(1)] public required JobId Job { get; init; }

    /// <summary>Grows with every lease the pool grants.</summary>
    [Id(2)] public required long Token { get; init; }
}
