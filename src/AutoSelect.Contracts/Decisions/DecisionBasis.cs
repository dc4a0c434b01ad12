namespace AutoSelect.Contracts;

/// <summary>What a decision was computed from. With the job's events up to the number it can be computed again, bit for bit.</summary>
public sealed record DecisionBasis
{
    /// <summary>Number of the last event that it knows.</summary>
    public required long Event { get; init; }

    /// <summary>Seconds of the job's clock that it was told.</summary>
    public required double Clock { get; init; }

    /// <summary>Devices that it reckoned with.</summary>
    public required int Devices { get; init; }

    /// <summary>Name of the policy, with its parameters.</summary>
    public required string Policy { get; init; }

    /// <summary>Version of the policy: changes whenever the same input may lead to another outcome.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>SHA-256 of the recordings that it learned from, joined by "+" where there are several; empty for none.</summary>
    public string History { get; init; } = "";

    /// <summary>Version of what a policy is shown of a record: changes whenever the same record may be shown otherwise.</summary>
    public int EvidenceVersion { get; init; } = 1;
}
