namespace AutoSelect.Contracts;

/// <summary>What lists of jobs are ordered by. Jobs of which it is not known come last either way.</summary>
[JsonStringEnum]
public enum JobOrder
{
    /// <summary>Time of submission: the only one whose pages show every job once while others are submitted.</summary>
    Submitted,

    Name,

    /// <summary>Phase, by its name.</summary>
    State,

    Owner,
    Project,

    /// <summary>Device seconds charged to all trials.</summary>
    DeviceTime,

    /// <summary>Median of the seconds at which it is expected to be done.</summary>
    Finish,

    /// <summary>Median of what it saves against its baseline alone.</summary>
    Saved,
}
