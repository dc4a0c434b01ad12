using AutoSelect.Contracts;
using AutoSelect.Training.Programs.Ranks;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>Tells a program what it is to do, and what becomes of one that does not.</summary>
/// <param name="assignment">What it trains.</param>
/// <param name="pipes">To it.</param>
/// <param name="process">Its process.</param>
/// <param name="exchange">With the other ranks, which decide together when it halts; null where it trains alone.</param>
/// <param name="leads">False for a rank that has nothing to tell or to save.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramOrders(
    SegmentAssignment assignment, NamedPipes pipes, ProgramProcess process, RankExchange? exchange, bool leads, TimeProvider time)
{
    /// <summary>
    /// What a program that was told to end without a checkpoint has before it gets SIGTERM, and then again before SIGKILL.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly ProgramReference program = assignment.Workload.Program!;
    private readonly TimeSpan patience = TimeSpan.FromSeconds(assignment.Workload.Program!.PatienceSeconds);
    private long advancedAt = time.GetTimestamp();
    private long? keptAt = time.GetTimestamp();
    private long? askedToSaveAt, pausedAt, stoppedAt;
    private bool isTerminated;

    /// <summary>True once it was told to end without a checkpoint.</summary>
    public bool IsStopped => stoppedAt is not null;

    /// <summary>True once it was told to save and end.</summary>
    // With several ranks it hears that from the exchange, and may have ended before anything was to follow here.
    public bool IsPaused => pausedAt is not null || exchange is { IsPauseTold: true };

    /// <summary>What it comes to that the program does not do what it was asked; null while it may.</summary>
    public SegmentOutcome? Patience
    {
        get
        {
            if (stoppedAt is { } stopped)
                return time.GetElapsedTime(stopped) > 2 * Grace ? new(SegmentEnd.Interrupted, "It was ended.") : null;
            if ((pausedAt ?? askedToSaveAt) is { } asked && exchange?.SinceLeaderEnded is null && time.GetElapsedTime(asked) > patience)
                return new(SegmentEnd.Failed, exchange?.FirstWithoutPromise is { } rank
                    ? $"The program of rank {rank} was asked after which step it can halt, and did not say within "
                        + $"{patience.TotalSeconds:0.#} s."
                    : $"The program was asked to save{(IsPaused ? " and end" : "")}, and did not within {patience.TotalSeconds:0.#} s.");
            // While its folder is packed it may wait for that to be gone.
            if (leads && keptAt is not null && time.GetElapsedTime(advancedAt) > patience)
                return new(SegmentEnd.Failed, $"The program told of no step, value or checkpoint for {patience.TotalSeconds:0.#} s.");
            return null;
        }
    }

    /// <summary>The program has said something new.</summary>
    public void Advanced() => advancedAt = time.GetTimestamp();

    /// <summary>It has filled a checkpoint; another is not asked for before that is kept.</summary>
    public void Saved() => (keptAt, askedToSaveAt) = (null, null);

    /// <summary>All that it has filled is kept.</summary>
    public void Kept()
    {
        keptAt = time.GetTimestamp();
        Advanced();
    }

    /// <summary>Passes on what is to be done now; each order once.</summary>
    /// <param name="order">Of the control side, with several ranks the strictest that any of them was given.</param>
    /// <param name="isTargetReached">True where there is nothing left to train for.</param>
    public void Follow(SegmentOrder order, bool isTargetReached)
    {
        // Whoever has promised a step waits there for the others.
        if (exchange?.FirstWithoutPromise is not null) Advanced();
        // The first has done its part and all others theirs: what still runs is not needed.
        if (!leads && exchange?.SinceLeaderEnded > patience) order = SegmentOrder.Abandon;
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
            if (exchange is null) pipes.Say(ProgramProtocol.Pause);
            else exchange.Wish(HaltReason.Pause);
        }
        else if (leads && askedToSaveAt is null && keptAt is { } kept
            && time.GetElapsedTime(kept).TotalSeconds > assignment.CheckpointEverySeconds)
        {
            askedToSaveAt = time.GetTimestamp();
            if (exchange is null) pipes.Say(ProgramProtocol.Save);
            else exchange.Wish(HaltReason.Save);
        }
    }
}
