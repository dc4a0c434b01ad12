namespace AutoSelect.Contracts;

/// <summary>What a job has learned since its last decision.</summary>
[Flags]
[JsonStringEnum]
public enum JobNews
{
    None = 0,

    /// <summary>Points of running trials.</summary>
    Points = 1,

    /// <summary>More than that: a trial came to its step, ended, was lost or may begin.</summary>
    Changes = 2,

    /// <summary>The job is another one: its objective has changed, or candidates have joined it.</summary>
    Demands = 4,
}
