using AutoSelect.Contracts;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>Tells a program what it is to do, and what becomes of one that does not.</summary>
internal sealed class ProgramOrders(
    SegmentAssignment assignment, ProgramReference program, NamedPipes pipes, ProgramProcess process, TimeProvider time)
{
    /// <summary>
    /// What a program that was told to end without a checkpoint has before it gets SIGTERM, and then again before SIGKILL.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TimeSpan patience = TimeSpan.FromSeconds(program.PatienceSeconds);
    private long advancedAt = time.GetTimestamp();
    private long savedAt = time.GetTimestamp();
    private long? askedToSaveAt, pausedAt, stoppedAt;
    private bool isTerminated;

    /// <summary>True once it was told to end without a checkpoint.</summary>
    public bool IsStopped => stoppedAt is not null;

    /// <summary>True once it was told to save and end.</summary>
    public bool IsPaused => pausedAt is not null;

    /// <summary>What it comes to that the program does not do what it was asked; null while it may.</summary>
    public SegmentOutcome? Patience
    {
        get
        {
            if (stoppedAt is { } stopped)
                return time.GetElapsedTime(stopped) > 2 * Grace ? new(SegmentEnd.Interrupted, "It was ended.") : null;
            if (pausedAt is { } paused && time.GetElapsedTime(paused) > patience)
                return new(SegmentEnd.Failed, $"The program was asked to save and end, and did not within {patience.TotalSeconds:0.#} s.");
            if (time.GetElapsedTime(advancedAt) > patience)
                return new(SegmentEnd.Failed, $"The program told of no step, value or checkpoint for {patience.TotalSeconds:0.#} s.");
            return null;
        }
    }

    /// <summary>The program has said something new.</summary>
    public void Advanced() => advancedAt = time.GetTimestamp();

    /// <summary>A checkpoint of it was taken over.</summary>
    public void Saved() => (savedAt, askedToSaveAt) = (time.GetTimestamp(), null);

    /// <summary>Passes on what is to be done now; each order once.</summary>
    public void Follow(SegmentOrder order, bool isTargetReached)
    {
        // Who cannot go on from a checkpoint has nothing to save before its end.
        if (order == SegmentOrder.Abandon || (order == SegmentOrder.Interrupt && !program.CanResume))
        {
            if (stoppedAt is null)
            {
                stoppedAt = time.GetTimestamp();
                pipes.Say(ProgramProtocol.Stop);
            }
            else if (!isTerminated && time.GetElapsedTime(stoppedAt.Value) > Grace)
            {
                isTerminated = true;
                process.AskToEnd();
            }
        }
        else if (!program.CanResume) return;
        else if (order == SegmentOrder.Interrupt || isTargetReached)
        {
            if (pausedAt is not null) return;
            pausedAt = time.GetTimestamp();
            pipes.Say(ProgramProtocol.Pause);
        }
        else if (askedToSaveAt is null && time.GetElapsedTime(savedAt).TotalSeconds > assignment.CheckpointEverySeconds)
        {
            askedToSaveAt = time.GetTimestamp();
            pipes.Say(ProgramProtocol.Save);
        }
    }
}
