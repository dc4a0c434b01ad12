using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Grains;

/// <summary>How long a job may wait before it looks by itself. Pure.</summary>
internal static class NextLook
{
    /// <param name="record">A running job.</param>
    /// <param name="move">What it does next, as of the facts.</param>
    /// <param name="facts">What it knows beside the record.</param>
    /// <param name="isSettled">True where the pool has heard what it asks for, and has looked at it.</param>
    /// <param name="hasHeard">Whether anything has been reported under a token.</param>
    /// <param name="options">How long at least and at most.</param>
    public static TimeSpan After(
        JobRecord record, Move move, JobFacts facts, bool isSettled, Func<long, bool> hasHeard, LeaseOptions options)
    {
        var isUnderWay = !isSettled || facts.IsDeciding || move is not Move.Wait || record.Trials.Any(t => t.Segments.Any(
            s => s.EndedAt is null ? s.StillAwaited(said: 0).Any(token => !hasHeard(token)) : !s.Awaited.IsDefaultOrEmpty));
        var seconds = (isUnderWay ? options.Check : options.Quiet).TotalSeconds;
        foreach (var at in (double?[])[(move as Move.Wait)?.Until, record.Spec.Objective.DeadlineSeconds])
            if (at > facts.Now) seconds = Math.Min(seconds, Math.Max(at.Value - facts.Now, .001));
        return TimeSpan.FromSeconds(seconds);
    }
}
