using System.Collections.Immutable;
using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>
/// What a campaign does next: the one place that says so. A pure function of the record and of what is known beside it. It compares what
/// should be with what is, so it can be asked at any time and as often as one likes.
/// </summary>
internal static class CampaignMachine
{
    /// <summary>Jobs that fail in a row after which the campaign pauses; before any has come to something it fails.</summary>
    public const int MostFailures = 5;

    public static CampaignMove Next(CampaignRecord record, CampaignFacts facts)
    {
        if (record.HasEnded || record.Phase == CampaignPhase.Paused) return new CampaignMove.Rest();
        ImmutableArray<CampaignChange> ended =
            [.. from p in record.Open where facts.Jobs.GetValueOrDefault(p.Index)?.Result is not null
                select new PointEnded(p.Index, facts.Jobs[p.Index].Result!)];
        if (!ended.IsEmpty) return new CampaignMove.Store(ended);
        // Also where it is to pause or to end: the job may be there already.
        var proposed = record.Open.FirstOrDefault(p => p.Job is null);
        if (proposed is not null && facts.MaySubmit) return new CampaignMove.Submit(proposed);
        if (record.Wish == CampaignRequest.Cancel) return Cancel(record, facts, CampaignPhase.Cancelled, "cancelled by request");
        if (record.Wish == CampaignRequest.Pause) return Pause(record, facts);
        if (proposed is not null) return new CampaignMove.Wait();
        if (record.FailedInRow >= MostFailures)
            return record.Failed == record.Ended
                ? Cancel(record, facts, CampaignPhase.Failed, $"the first {MostFailures} jobs failed")
                : Store(new CampaignRequested(CampaignRequest.Pause) { Reason = $"the last {MostFailures} jobs failed" });
        return Adopt(record, facts) ?? GiveUp(record, facts) ?? Promote(record) ?? Propose(record, facts);
    }

    private static CampaignMove Cancel(CampaignRecord record, CampaignFacts facts, CampaignPhase phase, string reason)
    {
        foreach (var point in record.Open.Where(p => p.Job is not null))
            if (IsNew(facts, point, JobRequestKind.Cancel)) return new CampaignMove.Ask(point, JobRequestKind.Cancel, reason);
        return record.OpenPoints.Count > 0 ? new CampaignMove.Wait() : Store(new CampaignEnded(phase, reason));
    }

    private static CampaignMove Pause(CampaignRecord record, CampaignFacts facts)
    {
        // What could not be submitted yet is submitted when the campaign goes on.
        var running = record.Open.Where(p => p.Job is not null && facts.Jobs.GetValueOrDefault(p.Index)?.Phase != JobPhase.Paused).ToList();
        foreach (var point in running)
            if (IsNew(facts, point, JobRequestKind.Pause)) return new CampaignMove.Ask(point, JobRequestKind.Pause, "the campaign pauses");
        return running.Count > 0 ? new CampaignMove.Wait() : Store(new CampaignPaused());
    }

    private static CampaignMove.Ask? Adopt(CampaignRecord record, CampaignFacts facts) =>
        record.Open.FirstOrDefault(p => !facts.Adopted.Contains(p.Index)) is { } orphan
            ? new CampaignMove.Ask(orphan, JobRequestKind.Resume, "the campaign goes on") : null;

    private static CampaignMove? GiveUp(CampaignRecord record, CampaignFacts facts)
    {
        foreach (var point in record.Open)
        {
            if (!facts.Jobs.TryGetValue(point.Index, out var job)) continue;
            if (point.GivenUp is { } given)
            {
                if (IsNew(facts, point, JobRequestKind.Cancel))
                    return new CampaignMove.Ask(point, JobRequestKind.Cancel, $"unpromising: {given.Why}");
            }
            else if (Stopping.Next(record, point, job) is { } change)
            {
                return Store(change);
            }
        }
        return null;
    }

    private static CampaignMove.Store? Promote(CampaignRecord record) =>
        Promotion.Due(record) is { } promoted ? Store(promoted) : null;

    private static CampaignMove Propose(CampaignRecord record, CampaignFacts facts)
    {
        var open = record.OpenPoints.Count;
        if (open >= Math.Min(facts.Capacity, record.Spec.Parallel ?? int.MaxValue)) return new CampaignMove.Wait();
        var (next, why) = NextPoint(record, facts);
        if (next is not { } values)
            return open > 0 ? new CampaignMove.Wait() : Store(new CampaignEnded(CampaignPhase.Completed, why));
        var text = JobTemplate.Fill(record.Spec.Template, record.Spec.Space, values);
        if (record.Spec.Learning is null) return Store(new PointProposed(record.Points.Count, values, text, Probe: null));
        if (record.Arms.IsEmpty) return facts.MaySubmit ? new CampaignMove.FindArms(text) : new CampaignMove.Wait();
        var probe = ProbeChoices.For(record, record.Spec.Space.SharesOf(values), JobTemplate.ProbePrice(record.Spec.Template));
        var job = probe.IsOriginal ? text : JobTemplate.WithCandidates(text, Arms.Chosen(record.Arms, probe.Arms), probe.Price);
        return Store(new PointProposed(record.Points.Count, values, job, probe));
    }

    private static (ImmutableArray<string>? Values, string Why) NextPoint(CampaignRecord record, CampaignFacts facts)
    {
        var spec = record.Spec;
        if (record.Points.Count >= spec.Jobs) return (null, $"all {spec.Jobs} points have ended");
        var used = record.DeviceSeconds + facts.Jobs.Where(j => record.Points[j.Key].Result is null).Sum(j => j.Value.DeviceSeconds);
        if (used >= spec.DeviceSeconds) return (null, $"{used:0} of {spec.DeviceSeconds:0} device seconds are used");
        return (PointSampling.Next(spec.Space, spec.Search, spec.Seed, record.Sampled()), "the grid has no more points");
    }

    private static bool IsNew(CampaignFacts facts, CampaignPoint point, JobRequestKind kind) => !facts.Asked.Contains((point.Index, kind));

    private static CampaignMove.Store Store(CampaignChange change) => new([change]);
}
