using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>How a campaign is replayed.</summary>
internal sealed record CampaignReplayOptions
{
    /// <summary>Jobs of the campaign.</summary>
    public int Jobs { get; init; } = 1000;

    public LearningRule Rule { get; init; } = new();

    /// <summary>
    /// When an unpromising job is stopped, where jobs learn and where they are the template as it is; null trains every job to its end.
    /// </summary>
    public StopRule? Stop { get; init; }

    public SearchKind Search { get; init; } = SearchKind.QuasiRandom;
    public int Devices { get; init; } = 2;
    public long Seed { get; init; } = 1;
}

/// <summary>
/// A campaign over recorded curves in virtual time. What a job tries is chosen as a live campaign chooses it; each is a
/// <see cref="SimulatedJob"/>, one after another. Simulated: nothing trains.
/// </summary>
/// <param name="points">What it goes through.</param>
/// <param name="options">How.</param>
internal sealed class CampaignReplay(IReplayedPoints points, CampaignReplayOptions options)
{
    private static readonly double TemplatePrice = new ProbeBudget().Price;

    /// <summary>Runs the campaign.</summary>
    /// <param name="choice">How its jobs choose; they and their order are the same.</param>
    /// <param name="log">Told of each job's events, once it has ended; null where nobody wants to know.</param>
    /// <returns>As a live one would have stored it.</returns>
    public CampaignRecord Run(ReplayedChoice choice, Action<IReadOnlyList<JobEvent>>? log = null)
    {
        var spec = new CampaignSpec
        {
            Name = "replay",
            Space = points.Space,
            Template = "",
            Jobs = options.Jobs,
            Goal = points.Goal,
            Seed = options.Seed,
            Search = options.Search,
            Learning = options.Rule,
            Stop = choice is ReplayedChoice.Learning or ReplayedChoice.Template ? options.Stop : null,
        };
        var record = With(With(null, new CampaignBegun(spec, "replay")), new ArmsFound(points.Arms, Arms.Key(points.Baseline)));
        for (var i = 0; i < options.Jobs; i++)
        {
            if (choice == ReplayedChoice.Learning && Promotion.Due(record) is { } promoted) record = With(record, promoted);
            var values = points.Next(record);
            var probe = ProbeChoices.For(record, points.Space.SharesOf(values), TemplatePrice);
            if (choice != ReplayedChoice.Learning)
            {
                var chosen = choice == ReplayedChoice.Baseline ? [points.Baseline] : points.Arms;
                probe = probe with { IsOriginal = true, Price = null, Arms = [.. chosen.Select(Arms.Key)] };
            }
            record = With(record, new PointProposed(i, values, "", probe));
            var events = log is null ? null : new List<JobEvent>();
            record = Job(record, record.Points[i], choice == ReplayedChoice.Asha ? "asha-stop" : "insured", events);
            log?.Invoke(events!);
        }
        return record;
    }

    /// <summary>The campaign after the job of a point.</summary>
    private CampaignRecord Job(CampaignRecord campaign, CampaignPoint point, string policy, List<JobEvent>? events)
    {
        var probe = point.Probe!;
        ImmutableArray<RecordedCurve> runs = [.. Arms.Chosen(points.Arms, probe.Arms)
            .Select(a => points.Run(campaign, point.Index, point.Values, a)).OfType<RecordedCurve>()];
        if (runs.IsEmpty)
            return With(campaign, new PointEnded(
                point.Index, new PointResult { Phase = JobPhase.Failed, Summary = "none of the candidates was recorded" }));
        var baseline = Arms.Name(points.Arms, probe.IsOriginal ? Arms.Key(points.Baseline) : campaign.Baseline);
        var conditions = points.Conditions(runs, options.Devices) with
        {
            Seed = options.Seed + point.Index,
            Probe = new ProbeBudget { Devices = options.Devices, Price = probe.Price ?? TemplatePrice },
            Baseline = runs.Any(c => c.Candidate == baseline) ? baseline : null,
            IsGivenUp = campaign.Spec.Stop is null ? null : IsGivenUp,
        };
        var outcome = SimulatedJob.Run(runs, PolicyCatalogue.Get(policy), conditions, events);
        var givenUp = Now().GivenUp;
        var hasWon = givenUp is null && (conditions.Objective.Kind != ObjectiveKind.FastestTo || outcome.SecondsToTarget is not null);
        return With(campaign, new PointEnded(point.Index, new PointResult
        {
            Phase = givenUp is null ? JobPhase.Completed : JobPhase.Cancelled,
            Summary = "simulated",
            Direction = conditions.Objective.Direction,
            ObjectiveMet = outcome.SecondsToTarget is not null,
            Value = outcome.Value,
            SecondsToTarget = outcome.SecondsToTarget,
            Seconds = outcome.WallSeconds,
            DeviceSeconds = outcome.DeviceSeconds,
            Winner = hasWon && outcome.Winner is { } winner ? KeyOf(winner) : null,
            WinnerName = outcome.Winner,
            TookPart = [.. runs.Select(c => KeyOf(c.Candidate))],
            Curve = PointResults.BestSoFar(outcome.Curve, conditions.Objective),
        }));

        bool IsGivenUp(JobRecord job)
        {
            var sighting = JobSightings.FromRecord(job);
            while (Now() is { GivenUp: null } now && Stopping.Next(campaign, now, sighting) is { } change)
                campaign = With(campaign, change);
            return Now().GivenUp is not null;
        }

        CampaignPoint Now() => campaign.Points[point.Index];
    }

    private string KeyOf(string candidate) => Arms.Key(points.Arms.First(a => a.Name == candidate));

    private static CampaignRecord With(CampaignRecord? record, CampaignChange change) =>
        CampaignFold.Apply(record, new CampaignEvent((record?.Version ?? 0) + 1, DateTimeOffset.UnixEpoch, change));
}
