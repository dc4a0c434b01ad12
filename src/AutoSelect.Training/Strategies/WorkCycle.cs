namespace AutoSelect.Training.Strategies;

/// <summary>
/// How the work of steps comes round: from a step of the run on, each does what the one so many steps before it did. Steps before that,
/// such as a burn-in, are none of those that a forecast is about.
/// </summary>
/// <param name="From">Steps of the run, counted from 0, before the first that comes round.</param>
/// <param name="Steps">Steps of a cycle, at least 1.</param>
public readonly record struct WorkCycle(long From, long Steps)
{
    /// <summary>Every step does the same.</summary>
    public static WorkCycle EveryStep { get; } = new(0, 1);

    /// <summary>True where a cycle is over, or the first begins, once so many steps of the run are done.</summary>
    public bool EndsAt(long step) => Steps > 1 && step >= From && (step - From) % Steps == 0;
}
