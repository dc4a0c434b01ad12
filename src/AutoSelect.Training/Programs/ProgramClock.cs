using AutoSelect.Contracts;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Programs;

/// <summary>
/// Charges the wall-clock time of a program's segment: until its first word to overhead, what it says of evaluating and saving to these,
/// the rest to training; and times its steps from the times at which it tells of them.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="firstStep">Steps done when the segment begins.</param>
internal sealed class ProgramClock(TimeProvider time, long firstStep)
{
    private readonly StepClock steps = new();
    private readonly long began = time.GetTimestamp();
    private double started = double.NaN;
    private double evaluating, saving, other;
    private double charged;
    private long step = firstStep;

    /// <summary>Seconds since the segment began.</summary>
    public double Now => time.GetElapsedTime(began).TotalSeconds;

    /// <summary>What the segment has taken until now.</summary>
    public ProgramAccounts Accounts
    {
        get
        {
            var now = Now;
            if (double.IsNaN(started)) return new(OverheadSeconds: now);
            return new(Math.Max(0, now - started - evaluating - saving), evaluating, started + saving);
        }
    }

    /// <summary>Null until a few steps were timed.</summary>
    public StepTime? StepTime => steps.Result();

    /// <summary>The program has said something.</summary>
    /// <returns>True at its first word.</returns>
    public bool Started()
    {
        if (!double.IsNaN(started)) return false;
        (started, charged) = (Now, Now);
        return true;
    }

    /// <summary>It took so long to save, as it says; never more than has passed.</summary>
    public void Saved(double seconds) => (saving, other) = (saving + Possible(seconds), other + Possible(seconds));

    /// <summary>It has done steps, and evaluated for so long, as it says.</summary>
    public void Reached(long reached, double evaluationSeconds)
    {
        var evaluated = Possible(evaluationSeconds);
        (evaluating, other) = (evaluating + evaluated, other + evaluated);
        if (reached <= step) return;
        var now = Now;
        steps.Add(Math.Max(0, now - charged - other), (int)Math.Min(int.MaxValue, reached - step), reached, WorkCycle.EveryStep);
        (charged, other, step) = (now, 0, reached);
    }

    private double Possible(double seconds) => Math.Min(seconds, Math.Max(0, Now - charged - other));
}
