using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>Back-off after failures in a row: 1 s, doubled up to 30 s.</summary>
internal sealed class Patience(TimeProvider time)
{
    /// <summary>Failures in a row after which something else than the store is taken to be broken for good.</summary>
    public const int Most = 5;

    private int failures;
    private long failedAt;

    /// <summary>
    /// True for what is no fault of the job: the store, a silo or a call that got lost. It is borne as long as it lasts: a job that is
    /// given up for it would lose what it has trained.
    /// </summary>
    /// <remarks>A call that no silo could be found for in time ends as if somebody had taken it back; nobody does.</remarks>
    public static bool IsOfInfrastructure(Exception e) =>
        e is StoreUnavailableException or TimeoutException or OperationCanceledException or OrleansException;

    /// <summary>Seconds from a failure to the next attempt.</summary>
    public double Seconds => failures == 0 ? 0 : Math.Min(30, Math.Pow(2, failures - 1));

    /// <summary>False while it is too early for another attempt.</summary>
    public bool IsDue => failures == 0 || time.GetElapsedTime(failedAt).TotalSeconds >= Seconds;

    /// <summary>How a job ends that is attended to in vain.</summary>
    public static JobEnded GivenUp(JobRecord record, Exception e) =>
        new(JobPhase.Failed, Outcomes.GivenUp(record, $"the control side failed {Most} times in a row: {e.Message}"));

    public void Succeeded() => failures = 0;

    /// <returns>Failures in a row, this one among them.</returns>
    public int Failed()
    {
        failedAt = time.GetTimestamp();
        return ++failures;
    }
}
