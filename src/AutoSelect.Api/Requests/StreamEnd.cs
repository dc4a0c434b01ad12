using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Requests;

/// <summary>
/// Ends a stream with its server: it has a moment to tell its last, and is cut then, whoever does not read. Its reader goes on where it was
/// cut when there is a server again.
/// </summary>
internal sealed class StreamEnd : IDisposable
{
    /// <summary>Time for the last words.</summary>
    internal static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly HttpContext context;
    private readonly TimeProvider time;
    private readonly CancellationTokenRegistration registration;
    private ITimer? timer;
    private bool isOver;

    public StreamEnd(ApiCall call)
    {
        (context, time) = (call.Context, call.Run.Time);
        registration = call.Run.Stopping.Register(Begin);
    }

    /// <summary>The stream has ended by itself: its connection may be another request's by the time that it would be cut.</summary>
    public void Dispose()
    {
        registration.Dispose();
        lock (gate)
        {
            isOver = true;
            timer?.Dispose();
        }
    }

    private void Begin()
    {
        lock (gate)
            if (!isOver) timer = time.CreateTimer(_ => Cut(), null, LastWords, Timeout.InfiniteTimeSpan);
    }

    private void Cut()
    {
        lock (gate)
            if (!isOver) context.Abort();
    }
}
