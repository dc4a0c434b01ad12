namespace AutoSelect.Providers;

/// <summary>When a request would start, as a scheduler foresees it.</summary>
public sealed record StartEstimate
{
    private StartEstimate() { }

    /// <summary>When; null where the scheduler cannot say.</summary>
    public DateTimeOffset? Start { get; private init; }

    /// <summary>Why it will never start; empty where it may.</summary>
    public string Refusal { get; private init; } = "";

    public static StartEstimate Unknown { get; } = new();

    public static StartEstimate At(DateTimeOffset start) => new() { Start = start };

    public static StartEstimate Never(string why) => new() { Refusal = why };
}
