using AutoSelect.Contracts;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Programs;

/// <summary>
/// Charges the wall-clock time of a program's segment: until its first word to overhead, what it says of evaluating and saving to these,
/// the rest to training; and times its steps from the times at which it tells of them. What is taken of it now it may have told a while
/// ago: whoever takes something says first when it was told.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="firstStep">Steps done when the segment begins.</param>
internal sealed class ProgramClock(TimeProvider time, long firstStep)
{
    /// <summary>Steps whose times are known for points that come late; of more, every other one is enough.</summary>
    private const int MostMarks = 4096;

    private readonly StepClock steps = new();
    private readonly List<(long Step, ProgramAccounts Accounts)> marks = [];
    private readonly long began = time.GetTimestamp();
    private double started = double.NaN, ended = double.NaN;
    private double evaluating, saving, other;
    private double charged, heard;
    private long step = firstStep;

    /// <summary>Seconds since the segment began.</summary>
    public double Now => time.GetElapsedTime(began).TotalSeconds;

    /// <summary>What the segment has taken until now.</summary>
    public ProgramAccounts Accounts => Until(Now);

    /// <summary>What it had taken when the program told what is taken of it now.</summary>
    public ProgramAccounts AccountsThen => Until(heard);

    /// <summary>What the segment had taken after so many steps: between two that the program told, in proportion.</summary>
    public ProgramAccounts AccountsAfter(long reached)
    {
        var next = marks.FindIndex(m => m.Step >= reached);
        if (next < 0) return AccountsThen;
        if (next == 0 || marks[next].Step == reached) return marks[next].Accounts;
        var (from, to) = (marks[next - 1], marks[next]);
        return from.Accounts.Towards(to.Accounts, (double)(reached - from.Step) / (to.Step - from.Step));
    }

    /// <summary>Null until a few steps were timed.</summary>
    public StepTime? StepTime => steps.Result();

    /// <summary>When the program has told what is taken of it next, or written it, as a timestamp of the clock.</summary>
    public void Heard(long at) => (heard, ended) = (Math.Max(heard, Since(at)), double.NaN);

    /// <summary>When the program has ended, as a timestamp of the clock: what follows is overhead.</summary>
    public void Ended(long at) => ended = Since(at);

    /// <summary>The program has said something.</summary>
    /// <returns>True at its first word.</returns>
    public bool Started()
    {
        if (!double.IsNaN(started)) return false;
        (started, charged) = (heard, heard);
        Mark();
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
        steps.Add(Math.Max(0, heard - charged - other), (int)Math.Min(int.MaxValue, reached - step), reached, WorkCycle.EveryStep);
        (charged, other, step) = (heard, 0, reached);
        Mark();
    }

    private void Mark()
    {
        marks.Add((step, AccountsThen));
        if (marks.Count <= MostMarks) return;
        var index = 0;
        marks.RemoveAll(_ => index++ % 2 == 1);
    }

    private ProgramAccounts Until(double seconds)
    {
        if (double.IsNaN(started)) return new(OverheadSeconds: seconds);
        var after = double.IsNaN(ended) ? 0 : Math.Max(0, seconds - ended);
        return new(Math.Max(0, seconds - after - started - evaluating - saving), evaluating, started + saving + after);
    }

    private double Since(long at) => time.GetElapsedTime(began, at).TotalSeconds;

    private double Possible(double seconds) => Math.Min(seconds, Math.Max(0, heard - charged - other));
}
