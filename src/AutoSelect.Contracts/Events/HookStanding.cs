namespace AutoSelect.Contracts;

/// <summary>How far it has come to tell an address of a job's end.</summary>
[JsonStringEnum]
public enum HookState
{
    /// <summary>It is being told; where no answer is stored within a minute, whoever told it is gone.</summary>
    Sending,

    /// <summary>It could not be told, and will be told again.</summary>
    Failed,

    /// <summary>It has answered that it knows.</summary>
    Delivered,

    /// <summary>It is not told any more.</summary>
    GivenUp,
}

/// <summary>Where a job stands with the address that is to be told of its end.</summary>
/// <param name="State">What came last.</param>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="At">When, by the clock of the control side.</param>
/// <param name="Reason">Why it failed or was given up, for people; else empty.</param>
public sealed record HookStanding(HookState State, int Attempt, DateTimeOffset At, string Reason)
{
    /// <summary>True once nothing more is told.</summary>
    public bool IsOver => State is HookState.Delivered or HookState.GivenUp;
}
