using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>
/// What the plots of a campaign's report draw: its points as campaign/model.js of the dashboard has them, which it makes of jobs and their
/// labels, from the campaign's own events, which know every parameter.
/// </summary>
internal static class CampaignReportData
{
    public static object FromRecord(CampaignRecord record)
    {
        var isTimed = record.Spec.Goal == CampaignGoal.Time;
        return new
        {
            Goal = isTimed ? "time" : "value",
            Points = record.Points.Where(p => p.Result is not null).Select(p => new
            {
                Job = p.Job?.Value ?? "–",
                Number = p.Index + 1,
                Values = record.Spec.Space.Parameters.Zip(p.Values).ToDictionary(v => v.First.Key, v => v.Second),
                p.Result!.Phase,
                Objective = new { Kind = isTimed ? ObjectiveKind.FastestTo : ObjectiveKind.BestBy, p.Result.Direction },
                Winner = CampaignText.Winner(record, p.Result),
                // A key begins with the strategy, whose name has no spaces.
                Algorithm = p.Result.Winner?.Split(' ')[0],
                p.Result.Value,
                Reached = p.Result.SecondsToTarget,
                p.Result.Seconds,
                Device = p.Result.DeviceSeconds,
                Probe = p.Result.ProbeSeconds,
                Candidates = p.Probe?.Arms.Length ?? p.Result.TookPart.Length,
                Learning = PointLabels.Learning(p) ?? "",
                Baseline = PointLabels.Baseline(record, p) ?? "",
            }),
        };
    }
}
