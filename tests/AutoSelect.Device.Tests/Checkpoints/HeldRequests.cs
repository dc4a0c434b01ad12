using AutoSelect.Testing;
using AutoSelect.Testing.Checkpoints;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>Requests that write and wait until they are let through.</summary>
internal sealed class HeldRequests
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AtOnce writing = new();

    /// <summary>Completes with the first of them.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many there have been at once.</summary>
    public int Most => writing.Most;

    public void Release() => released.TrySetResult();

    public async Task<StandInFault?> Pass(HttpRequest request)
    {
        if (request.Method != "PUT") return null;
        using var turn = writing.Enter();
        Asked.TrySetResult();
        await released.Task;
        return null;
    }
}
