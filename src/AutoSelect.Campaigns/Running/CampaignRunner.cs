using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>
/// Carries out what <see cref="CampaignMachine"/> says: the one thing that writes a campaign's events and asks for its jobs. It can be
/// killed at any moment: what it knows beside the events it sees again.
/// </summary>
/// <param name="log">Of the campaign, which has begun.</param>
/// <param name="jobs">Where its jobs are.</param>
/// <param name="time">Clock of the looks.</param>
internal sealed class CampaignRunner(CampaignLog log, ICampaignJobs jobs, TimeProvider time)
{
    /// <summary>How long a place may be away before the campaign is left as it is, to be resumed.</summary>
    private static readonly TimeSpan LongestAway = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLastCall = TimeSpan.FromSeconds(10);

    private readonly HashSet<int> adopted = [];
    private readonly HashSet<(int, JobRequestKind)> asked = [];
    private CampaignRecord record = null!;
    private long length;
    private IReadOnlyDictionary<int, JobSighting> sightings = ImmutableDictionary<int, JobSighting>.Empty;
    private int capacity = 1;
    private PlaceBusyException? away;
    private long? awaySince;

    /// <summary>Between two looks at what is asked of the campaign and at whether there are news of its jobs.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Between two looks at jobs of which there are no news.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of each event, with the campaign after it.</summary>
    public Action<CampaignRecord, CampaignEvent> Tell { get; init; } = (_, _) => { };

    /// <summary>Told of what is in the way, and with an empty text that it is no more.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>Runs the campaign until it has ended or is paused.</summary>
    /// <param name="ct">Asks it to pause; its jobs pause too.</param>
    /// <returns>The campaign then.</returns>
    /// <exception cref="PlaceBusyException">The place where its jobs are was away for too long.</exception>
    /// <exception cref="IOException">Its events cannot be written.</exception>
    public async Task<CampaignRecord> Run(CancellationToken ct)
    {
        ReadOn();
        while (true)
        {
            if (ct.IsCancellationRequested && record is { Wish: null, Phase: CampaignPhase.Running, HasEnded: false })
                Store([new CampaignRequested(CampaignRequest.Pause)]);
            await Look(ct);
            if (ct.IsCancellationRequested && away is not null) throw away;
            while (await Step(ct)) ReadOn();
            if (record.HasEnded || record.Phase == CampaignPhase.Paused) return record;
            await Wait(ct);
            ReadOn();
        }
    }

    /// <summary>Carries out one move; false where there is nothing to do until the next look.</summary>
    private async Task<bool> Step(CancellationToken ct)
    {
        var move = CampaignMachine.Next(record, new CampaignFacts
        {
            Capacity = capacity,
            MaySubmit = away is null,
            Jobs = sightings,
            Asked = asked,
            Adopted = adopted,
        });
        try
        {
            switch (move)
            {
                case CampaignMove.Store store:
                    Store(store.Changes);
                    return true;
                case CampaignMove.Submit submit:
                    await Submit(submit.Point, ct);
                    return true;
                case CampaignMove.Ask ask:
                    await Bounded(async limit =>
                    {
                        await jobs.Ask(ask.Point.Job!.Value, ask.Kind, ask.Reason, limit);
                        return true;
                    }, ct);
                    asked.Add((ask.Point.Index, ask.Kind));
                    if (ask.Kind == JobRequestKind.Resume) adopted.Add(ask.Point.Index);
                    return true;
                case CampaignMove.FindArms find:
                    await FindArms(find.Text, ct);
                    return true;
                default:
                    return false;
            }
        }
        catch (PlaceBusyException busy)
        {
            Away(busy);
            // What else there is to do may be done all the same.
            return move is CampaignMove.Submit or CampaignMove.FindArms;
        }
    }

    /// <summary>A call that is given up where no answer comes: after a minute, and soon once the campaign is interrupted.</summary>
    private async Task<T> Bounded<T>(Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(LongestCall, time);
        using var hurry = ct.Register(() => limit.CancelAfter(LongestLastCall));
        try
        {
            return await call(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new PlaceBusyException("There is no answer.", e);
        }
    }

    private async Task Submit(CampaignPoint point, CancellationToken ct)
    {
        try
        {
            var job = await Bounded(limit => jobs.Submit(record, point, limit), ct);
            adopted.Add(point.Index);
            Store([new PointSubmitted(point.Index, job)]);
        }
        catch (JobRefusedException refused)
        {
            Store([new PointEnded(point.Index, new PointResult { Phase = JobPhase.Failed, Summary = $"refused: {refused.Message}" })]);
        }
    }

    private async Task FindArms(string text, CancellationToken ct)
    {
        try
        {
            var (candidates, baseline) = await Bounded(limit => jobs.FindCandidates(record, text, limit), ct);
            if (candidates.FirstOrDefault(c => c.Continues is not null) is { } late)
                throw new JobRefusedException(
                    $"{late.Name} continues another candidate: what jobs teach is told of candidates one by one.");
            if (candidates.Select(Arms.Key).Distinct().Count() < candidates.Length)
                throw new JobRefusedException(
                    "two of its candidates differ in their names or seeds alone: learning cannot tell them one by one.");
            if (candidates.FirstOrDefault(c => !c.Arguments.IsEmpty && Math.Abs(c.Schedule.HorizonEpochs - 1) > 1e-9) is { } other)
                throw new JobRefusedException($"{other.Name} has steps of its own: learning needs one length of all candidates.");
            Store([new ArmsFound(candidates, Arms.Key(baseline))]);
        }
        catch (JobRefusedException refused)
        {
            Store([new CampaignEnded(CampaignPhase.Failed, $"the job of the first point is refused: {refused.Message}")]);
        }
    }

    private async Task Look(CancellationToken ct)
    {
        try
        {
            capacity = await Bounded(limit => jobs.Capacity(record, limit), ct);
            sightings = await Bounded(limit => jobs.Look(record, limit), ct);
            asked.Clear();
            if (away is not null) Notice("");
            (awaySince, away) = (null, null);
        }
        catch (PlaceBusyException busy)
        {
            Away(busy);
        }
    }

    private void Away(PlaceBusyException busy)
    {
        away = busy;
        Notice(busy.Message);
        awaySince ??= time.GetTimestamp();
        if (time.GetElapsedTime(awaySince.Value) > LongestAway) throw busy;
    }

    /// <summary>Takes in what others have asked for.</summary>
    private void ReadOn()
    {
        if (record is not null && log.Length == length) return;
        Take(log.Read(record?.Version ?? 0));
        if (log.LastNumber < record!.Version)
            throw new CampaignDamagedException(
                $"{log.Path} ends with event {log.LastNumber}, but event {record.Version} was stored in it.");
    }

    private void Store(ImmutableArray<CampaignChange> changes)
    {
        try
        {
            Take(log.Append(record.Version, changes));
        }
        catch (CampaignConflictException)
        {
            // Somebody asks something: the machine decides anew with it.
            length = -1;
            ReadOn();
        }
    }

    private void Take(ImmutableArray<CampaignEvent> events)
    {
        foreach (var e in events)
        {
            record = CampaignFold.Apply(record, e);
            Tell(record, e);
        }
        length = log.Length;
    }

    /// <summary>Until there is something to look at; less where a pause is asked for meanwhile.</summary>
    private async Task Wait(CancellationToken ct)
    {
        var isAsked = ct.IsCancellationRequested;
        var since = time.GetTimestamp();
        try
        {
            do
            {
                await Task.Delay(Pause, time, isAsked ? CancellationToken.None : ct);
            }
            while (!jobs.MayHaveChanged(record) && log.Length == length && time.GetElapsedTime(since) < LongestPause);
        }
        catch (OperationCanceledException)
        {
            // The next round stores it.
        }
    }
}
