using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What the tests of faults have in common: candidates that are easily told apart, and devices that can be held.</summary>
internal static class FaultJobs
{
    /// <summary>Long enough for no test to lose a device by silence.</summary>
    public static readonly TimeSpan LongLease = TimeSpan.FromMinutes(10);

    /// <summary>Longest that a failing test waits for what is to happen.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    public static SimulatedTraining Training() => new SimulatedTraining().Ends("good", .95).Ends("fair", .85).Ends("bad", .4);

    public static Trial Of(this JobRecord record, string name) => record.Trials.First(t => t.Candidate.Name == name);

    public static string WinnerOf(JobRecord record) => record[record.Outcome!.Winner!.Value].Candidate.Name;
}

/// <summary>Holds the first segment that is like that, until it is let go.</summary>
internal sealed class Hold(Func<SegmentAssignment, bool>? which = null)
{
    private readonly TaskCompletionSource<SegmentAssignment> reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a segment is held.</summary>
    public Task<SegmentAssignment> Reached => reached.Task.WaitAsync(FaultJobs.Bound);

    public void Release() => released.TrySetResult();

    public Task Before(SegmentAssignment assignment) => which?.Invoke(assignment) != false && reached.TrySetResult(assignment)
        ? released.Task : Task.CompletedTask;
}
