using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>From events to a campaign.</summary>
internal static class CampaignFold
{
    /// <summary>The campaign with one event more.</summary>
    /// <param name="record">Null before the first event.</param>
    /// <param name="e">The next event.</param>
    /// <exception cref="InvalidOperationException">The event does not follow.</exception>
    public static CampaignRecord Apply(CampaignRecord? record, CampaignEvent e)
    {
        if (e.Number != (record?.Version ?? 0) + 1)
            throw new InvalidOperationException($"Event {e.Number} follows event {record?.Version ?? 0}: numbers must have no gap.");
        if (record is null)
        {
            return e.Change is CampaignBegun begun
                ? new CampaignRecord { Spec = begun.Spec, Place = begun.Place, BegunAt = e.At, UpdatedAt = e.At, Version = 1 }
                : throw new InvalidOperationException($"The first event is {e.Change.GetType().Name}: a campaign must have begun.");
        }
        return Changed(record, e.Change) with { Version = e.Number, UpdatedAt = e.At };
    }

    /// <summary>The campaign of all its events; null without any.</summary>
    public static CampaignRecord? FromEvents(IEnumerable<CampaignEvent> events) =>
        events.Aggregate<CampaignEvent, CampaignRecord?>(null, Apply);

    private static CampaignRecord Changed(CampaignRecord record, CampaignChange change) => change switch
    {
        ArmsFound found => record with { Arms = found.Arms, OriginalBaseline = found.Baseline, Baseline = found.Baseline },
        PointProposed point when point.Point == record.Points.Count => record with
        {
            Points = record.Points.Add(
                new CampaignPoint { Index = point.Point, Values = point.Values, Text = point.Text, Probe = point.Probe }),
            OpenPoints = record.OpenPoints.Add(point.Point),
        },
        PointSubmitted submitted when record.OpenPoints.Contains(submitted.Point) =>
            With(record, submitted.Point, p => p with { Job = submitted.Job }),
        RungReached reached when record.OpenPoints.Contains(reached.Point) =>
            With(record, reached.Point, p => p with
            {
                Rungs = p.Rungs.SetItem(reached.Rung, new RungValue(reached.Value, record.Version + 1)),
            }),
        PointGivenUp given when record.OpenPoints.Contains(given.Point) => With(record, given.Point, p => p with { GivenUp = given }),
        PointEnded ended when record.OpenPoints.Contains(ended.Point) => With(
            record, ended.Point, p => p with { Result = ended.Result }) with
        {
            OpenPoints = record.OpenPoints.Remove(ended.Point),
            DeviceSeconds = record.DeviceSeconds + ended.Result.DeviceSeconds,
            Failed = record.Failed + (ended.Result.Phase == JobPhase.Failed ? 1 : 0),
            FailedInRow = ended.Result.Phase switch
            {
                JobPhase.Failed => record.FailedInRow + 1,
                JobPhase.Completed => 0,
                _ => record.FailedInRow,
            },
        },
        BaselinePromoted promoted => record with { Baseline = promoted.To, Promotions = record.Promotions.Add(promoted) },
        CampaignRequested when record.HasEnded => throw Illegal(record, change),
        CampaignRequested { Request: CampaignRequest.Resume } when record.Wish != CampaignRequest.Cancel =>
            record with { Phase = CampaignPhase.Running, Wish = null, FailedInRow = 0 },
        CampaignRequested { Request: CampaignRequest.Cancel } =>
            record with { Phase = CampaignPhase.Running, Wish = CampaignRequest.Cancel },
        CampaignRequested { Request: CampaignRequest.Pause } when record.Phase != CampaignPhase.Paused =>
            record with { Wish = record.Wish ?? CampaignRequest.Pause, FailedInRow = 0 },
        CampaignExtended extended => Extended(record, extended),
        CampaignPaused => record with { Phase = CampaignPhase.Paused, Wish = null },
        CampaignEnded ended => record with { Phase = ended.Phase, Reason = ended.Reason, Wish = null },
        _ => throw Illegal(record, change),
    };

    private static InvalidOperationException Illegal(CampaignRecord record, CampaignChange change) =>
        new($"{change} cannot follow event {record.Version} of campaign '{record.Spec.Name}'.");

    private static CampaignRecord Extended(CampaignRecord record, CampaignExtended extended) => record with
    {
        Spec = record.Spec with
        {
            Jobs = extended.Jobs ?? record.Spec.Jobs,
            DeviceSeconds = extended.DeviceSeconds ?? record.Spec.DeviceSeconds,
        },
        Phase = record.Phase == CampaignPhase.Completed ? CampaignPhase.Running : record.Phase,
        Reason = record.Phase == CampaignPhase.Completed ? "" : record.Reason,
    };

    private static CampaignRecord With(CampaignRecord record, int point, Func<CampaignPoint, CampaignPoint> change) =>
        record with { Points = record.Points.SetItem(point, change(record.Points[point])) };
}
