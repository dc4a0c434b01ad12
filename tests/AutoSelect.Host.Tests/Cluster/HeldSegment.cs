using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Holds devices at the n-th segment until it lets go, so that something can happen to a job in the middle.</summary>
internal sealed class HeldSegment(int number)
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int begun;

    public Task Reached => reached.Task;

    public Task Before(SegmentAssignment assignment)
    {
        if (Interlocked.Increment(ref begun) < number) return Task.CompletedTask;
        reached.TrySetResult();
        return released.Task;
    }

    public void Release() => released.TrySetResult();
}
