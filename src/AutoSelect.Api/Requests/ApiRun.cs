using AutoSelect.Api.Jobs;
using AutoSelect.Api.Sessions;

namespace AutoSelect.Api.Requests;

/// <summary>What the requests of one server share.</summary>
/// <param name="Time">Clock of keys, of the audit log and of streams.</param>
/// <param name="Stopping">The server ends: streams tell their last events.</param>
internal sealed record ApiRun(TimeProvider Time, CancellationToken Stopping) : IDisposable
{
    /// <summary>Turns of those who have plans made.</summary>
    public SemaphoreSlim Planning { get; } = new(ApiLimits.Plans);

    /// <summary>How many make plans or wait for their turn.</summary>
    public int Planners;

    /// <summary>Records that were asked for lately.</summary>
    public required RecentRecords Records { get; init; }

    public required BrowserSessions Sessions { get; init; }

    public required SignInLinks Links { get; init; }

    public void Dispose() => Planning.Dispose();
}
