using AutoSelect.Testing.Checkpoints;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>Requests that write and wait until they are let through.</summary>
internal sealed class HeldRequests
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int now;
    private int most;

    /// <summary>Completes with the first of them.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many there have been at once.</summary>
    public int Most => most;

    public void Release() => released.TrySetResult();

    public async Task<StandInFault?> Pass(HttpRequest request)
    {
        if (request.Method != "PUT") return null;
        most = Math.Max(most, Interlocked.Increment(ref now));
        Asked.TrySetResult();
        await released.Task;
        Interlocked.Decrement(ref now);
        return null;
    }
}
