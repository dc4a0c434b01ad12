using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What is borrowed and asked for, and what is not and why.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.BorrowingStatus")]
public sealed record BorrowingStatus
{
    /// <summary>Nothing is borrowed, and nobody was asked.</summary>
    public static BorrowingStatus Nothing { get; } = new();

    /// <summary>When the schedulers were last asked; null where they were not yet.</summary>
    [Id(0)] public DateTimeOffset? At { get; init; }

    /// <summary>By provider, then by id.</summary>
    [Id(1)] public ImmutableArray<LentDevice> Devices { get; init; } = [];

    /// <summary>What jobs lack and nobody is asked for.</summary>
    [Id(2)] public ImmutableArray<NotLent> Refusals { get; init; } = [];

    /// <summary>What schedulers would not do or say, for people.</summary>
    [Id(3)] public ImmutableArray<string> Faults { get; init; } = [];
}

/// <summary>A device that is borrowed or asked for.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.LentDevice")]
public sealed record LentDevice
{
    /// <summary>Under which id it registers; also its name in the scheduler.</summary>
    [Id(0)] public required DeviceId Device { get; init; }

    [Id(1)] public required DeviceKind Kind { get; init; }

    [Id(2)] public required DeviceOrigin Origin { get; init; }

    [Id(3)] public required BorrowStage Stage { get; init; }

    /// <summary>When the stage began.</summary>
    [Id(4)] public required DateTimeOffset Since { get; init; }

    /// <summary>When the scheduler means to start it; null where it does not say, or has started it.</summary>
    [Id(5)] public DateTimeOffset? ExpectedStart { get; init; }
}

/// <summary>Devices that a job lacks and that are not asked for.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.NotLent")]
public sealed record NotLent
{
    /// <summary>Which job; null where it is of another project than the caller's.</summary>
    [Id(0)] public JobId? Job { get; init; }

    [Id(1)] public required string Provider { get; init; }

    /// <summary>Class of devices; null where the limit of all classes is what stands against it.</summary>
    [Id(2)] public string? Class { get; init; }

    /// <summary>Why, for people.</summary>
    [Id(3)] public required string Reason { get; init; }
}
