using AutoSelect.Api.Jobs;
using AutoSelect.Api.Sessions;

namespace AutoSelect.Api.Requests;

/// <summary>What the requests of one server share.</summary>
/// <param name="Time">Clock of keys, of the audit log and of streams.</param>
/// <param name="Stopping">The server ends: streams tell their last events.</param>
internal sealed record ApiRun(TimeProvider Time, CancellationToken Stopping) : IDisposable
{
    /// <summary>Turns of those who have plans made, and earlier jobs read for them.</summary>
    public Turns Planning { get; } = new(ApiLimits.Plans, ApiLimits.WaitingPlans, "jobs wait to be checked");

    /// <summary>Turns of those who have schedulers asked what a job would be lent.</summary>
    public Turns Foreseeing { get; } = new(ApiLimits.Foresights, ApiLimits.WaitingForesights, "jobs wait for what they would be lent");

    /// <summary>Records that were asked for lately.</summary>
    public required RecentRecords Records { get; init; }

    public required BrowserSessions Sessions { get; init; }

    public required SignInLinks Links { get; init; }

    public void Dispose()
    {
        Planning.Dispose();
        Foreseeing.Dispose();
        Records.Dispose();
    }
}
