using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Transitions;

/// <summary>A decision that could not be made: tried again with back-off, a bounded number of times. Pure.</summary>
public static class DecisionFaults
{
    public static DecisionFailed Next(JobRecord record, string reason, double now)
    {
        var attempt = (record.DecisionFault?.Attempt ?? 0) + 1;
        return new DecisionFailed(attempt, reason, now + Math.Pow(2, attempt - 1));
    }
}
