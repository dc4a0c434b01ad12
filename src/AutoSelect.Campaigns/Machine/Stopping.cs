using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>Whether a job is to be stopped before its end: by its place among the others so far, or by its own forecasts.</summary>
internal static class Stopping
{
    /// <summary>
    /// The next thing to store about a job: that it has reached a rung, or that it is given up; null where there is nothing.
    /// </summary>
    /// <param name="record">The campaign.</param>
    /// <param name="point">Whose job it is; it is not given up yet.</param>
    /// <param name="job">The job as it was last seen.</param>
    public static CampaignChange? Next(CampaignRecord record, CampaignPoint point, JobSighting job)
    {
        if (record.Spec.Stop is not { } rule || !job.Phase.IsRunning() || job.Phase == JobPhase.Exporting) return null;
        if (record.Spec.Goal == CampaignGoal.Value)
        {
            if (Halving.Reached(rule, point, job) is { } reached) return reached;
            if (Halving.GivenUp(record, rule, point, job.Direction) is { } outranked) return outranked;
        }
        return Promise.GivenUp(record, rule, point, job);
    }
}
