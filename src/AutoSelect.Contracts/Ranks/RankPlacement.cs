namespace AutoSelect.Contracts;

/// <summary>A device's part in a segment that several devices train together.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.RankPlacement")]
public sealed record RankPlacement
{
    /// <summary>Secret of the group.</summary>
    [Id(0)] public required Guid Token { get; init; }

    /// <summary>Grows with every segment of the trial, so that a rank left over from an earlier one is refused.</summary>
    [Id(1)] public required long Generation { get; init; }

    /// <summary>Number of this device, from 0. Rank 0 leads: it reports points, writes checkpoints and exports.</summary>
    [Id(2)] public required int Rank { get; init; }

    /// <summary>Number of ranks; the candidate's batch is divided evenly among them.</summary>
    [Id(3)] public required int Size { get; init; }

    /// <summary>How gradients are exchanged; null leaves it to the ranks, who measure their links.</summary>
    [Id(4)] public ExchangePlan? Plan { get; init; }

    public bool Leads => Rank == 0;
}

/// <summary>Where a rank listens for the others.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Machine">Equal for two ranks exactly when they share memory.</param>
[GenerateSerializer, Immutable, Alias("autoselect.RankAddress")]
public sealed record RankAddress([property: Id(0)] string Host, [property: Id(1)] int Port, [property: Id(2)] string Machine);
