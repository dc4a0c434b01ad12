using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>
/// What a job does that is not admitted: nothing, but that its clock runs on, and that it ends by its deadline. It holds no device, so it
/// has nothing to interrupt; whoever has admitted it once takes that back only with its demand. Pure.
/// </summary>
internal static class Admission
{
    /// <param name="record">The job, not about to pause.</param>
    /// <param name="facts">What the ledger says of it, among others.</param>
    /// <param name="isRunning">True while one of its segments runs.</param>
    /// <param name="ended">How it ends now, if it does.</param>
    /// <param name="until">When something is due by the clock.</param>
    /// <returns>Null where it goes on as any job.</returns>
    public static Move? Next(JobRecord record, JobFacts facts, bool isRunning, Func<Move?> ended, Func<double> until)
    {
        var isWaiting = record.Phase == JobPhase.Waiting;
        if (facts.Leases.IsAdmitted) return isWaiting ? new Move.Admit() : null;
        var waits = facts.Leases.Waits;
        if (isRunning || (waits.Length == 0 && !isWaiting)) return null;
        var notice = $"waits: {waits}";
        if (waits.Length > 0 && (!isWaiting || record.Notice != notice)) return new Move.Hold(notice);
        return (record.Exporting is null ? ended() : null) ?? new Move.Wait(until());
    }
}
