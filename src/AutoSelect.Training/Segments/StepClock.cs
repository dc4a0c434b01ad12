using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Times of a segment's steps but the first group, and but those before work comes round. Where it comes round in cycles of several steps,
/// whole cycles are timed: quartiles of single steps would leave out what is done every so many of them. Until there is one, single steps
/// stand in.
/// </summary>
internal sealed class StepClock
{
    // Too few steps say nothing about quartiles.
    private const int LeastSteps = 3;

    // The first group compiles, allocates and fills caches.
    private const int WarmUp = 1;

    // Ranks time many steps together, which may never add up to whole cycles: of so many, part of one more is no matter.
    private const int ManyCycles = 8;

    private readonly StepSamples single = new(), whole = new();
    private WorkCycle cycle = WorkCycle.EveryStep;
    private long groups, steps, openSteps;
    private double openSeconds;

    /// <summary>Adds a group of steps that were timed together.</summary>
    /// <param name="seconds">Of the group.</param>
    /// <param name="groupSteps">At least 1.</param>
    /// <param name="reached">Steps of the run that are done then.</param>
    /// <param name="work">How the work of these steps comes round.</param>
    public void Add(double seconds, int groupSteps, long reached, WorkCycle work)
    {
        steps += groupSteps;
        if (work != cycle) (cycle, openSteps, openSeconds) = (work, 0, 0);
        if (groups++ < WarmUp || reached - groupSteps < work.From) return;
        single.Add(seconds / groupSteps);
        (openSteps, openSeconds) = (openSteps + groupSteps, openSeconds + seconds);
        if (openSteps % work.Steps != 0 && openSteps < ManyCycles * work.Steps) return;
        whole.Add(openSeconds / openSteps);
        (openSteps, openSeconds) = (0, 0);
    }

    /// <summary>Null until a few steps were timed.</summary>
    public StepTime? Result()
    {
        var isWhole = cycle.Steps > 1 && whole.Count * cycle.Steps >= LeastSteps;
        var samples = isWhole ? whole : single;
        if (!isWhole && single.Count < LeastSteps) return null;
        return new StepTime
        {
            Steps = steps,
            LowerQuartileSeconds = samples.LowerQuartile(),
            MeanSeconds = samples.Mean,
            // One cycle alone has no error to tell; that of its steps is the cautious answer.
            StandardErrorSeconds = samples.Count > 1 ? samples.StandardError : single.StandardError,
            Cycle = isWhole ? cycle.Steps : 1,
        };
    }
}
