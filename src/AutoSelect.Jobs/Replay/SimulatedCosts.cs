namespace AutoSelect.Jobs.Replay;

/// <summary>What a simulated job is charged besides training and evaluating. Seconds, at least 0; default none.</summary>
public sealed record SimulatedCosts
{
    /// <summary>Loading a trial onto a device that did not train it last.</summary>
    public double LoadSeconds { get; init; }

    /// <summary>Storing a trial at the end of a segment.</summary>
    public double SaveSeconds { get; init; }

    /// <summary>From an order to end a segment until its device follows it.</summary>
    public double InterruptSeconds { get; init; }

    /// <summary>From asking for a device until it is there.</summary>
    public double ArrivalSeconds { get; init; }
}
