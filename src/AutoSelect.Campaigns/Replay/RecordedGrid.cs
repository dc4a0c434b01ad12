using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>
/// The points of a campaign whose jobs trained every candidate to its end. A run lasts at most as long as that of the baseline at its
/// point; the value by then counts. A candidate that failed before its first value is left out of its point, and a point whose baseline
/// did is left out; one that failed later fails again. What a search proposes is answered by the nearest recorded point that it has not
/// had yet.
/// </summary>
internal sealed class RecordedGrid : IReplayedPoints
{
    private readonly ImmutableArray<(ImmutableArray<string> Values, double[] Shares)> points;
    private readonly Dictionary<string, ImmutableDictionary<string, RecordedCurve>> runs = new(StringComparer.Ordinal);

    /// <param name="recorded">A campaign that has points which have ended.</param>
    /// <param name="jobs">Their jobs.</param>
    /// <exception cref="ArgumentException">
    /// A job did not train every candidate to its end or its failure, or the candidates differ from point to point; the message says which,
    /// and the rule.
    /// </exception>
    public RecordedGrid(CampaignRecord recorded, IReadOnlyDictionary<JobId, JobRecord> jobs)
    {
        Space = recorded.Spec.Space;
        var ended = recorded.Points.Where(p => p.Result is { Phase: JobPhase.Completed }).Select(p => (Point: p, Job: jobs[p.Job!.Value]))
            .DistinctBy(p => Place(p.Point.Values)).ToList();
        if (ended.Count < 2)
            throw new ArgumentException(
                $"Campaign '{recorded.Spec.Name}' has {ended.Count} points with a job that was completed: it must have at least 2.",
                nameof(recorded));
        var first = ended[0].Job.Spec;
        Arms = [.. first.Candidates.Select(c => Learning.Arms.Own(first, c))];
        Baseline = Arms.First(a => a.Name == first.Baseline);
        var (measured, leftOut) = (new List<ImmutableArray<string>>(), new List<int>());
        foreach (var (point, job) in ended)
        {
            if (Recorded(job) is not { } here)
            {
                leftOut.Add(point.Index);
                continue;
            }
            runs[Place(point.Values)] = here;
            measured.Add(point.Values);
        }
        if (measured.Count < 2)
            throw new ArgumentException(
                $"Campaign '{recorded.Spec.Name}' has {measured.Count} points at which {Baseline.Name} was measured: it must have at "
                + "least 2.", nameof(recorded));
        (LeftOut, points) = ([.. leftOut], [.. measured.Select(v => (v, Space.SharesOf(v)))]);
    }

    public CampaignSpace Space { get; }
    public ImmutableArray<Candidate> Arms { get; }
    public Candidate Baseline { get; }
    public CampaignGoal Goal => CampaignGoal.Value;

    /// <summary>How many points were recorded.</summary>
    public int Count => points.Length;

    /// <summary>Numbers, from 0, of the points that are left out: their baselines failed before their first values.</summary>
    public ImmutableArray<int> LeftOut { get; }

    public ImmutableArray<string> Next(CampaignRecord campaign)
    {
        var used = campaign.Points.Select(p => Place(p.Values)).ToHashSet(StringComparer.Ordinal);
        if (used.Count == points.Length)
            throw new ArgumentException($"{points.Length} points were recorded: a campaign over them has so many jobs at most.");
        var proposed = PointSampling.Next(Space, campaign.Spec.Search, campaign.Spec.Seed, campaign.Sampled());
        if (proposed is not { } values) return points.First(p => !used.Contains(Place(p.Values))).Values;
        var shares = Space.SharesOf(values);
        return points.Where(p => !used.Contains(Place(p.Values))).MinBy(p => Space.Distance(p.Shares, shares)).Values;
    }

    public RecordedCurve? Run(CampaignRecord campaign, int point, ImmutableArray<string> values, Candidate arm) =>
        runs[Place(values)].GetValueOrDefault(Learning.Arms.Key(arm));

    public SimulatedConditions Conditions(ImmutableArray<RecordedCurve> runs, int devices)
    {
        var conditions = SimulatedConditions.For(runs, devices, ObjectiveKind.BestBy);
        return conditions with { Objective = conditions.Objective with { DeadlineSeconds = runs[0].BudgetSeconds } };
    }

    /// <summary>A point's runs by the key of their candidate; null where the baseline has none.</summary>
    private ImmutableDictionary<string, RecordedCurve>? Recorded(JobRecord job)
    {
        var curves = RecordedCurves.Export(job).ToDictionary(c => c.Candidate, StringComparer.Ordinal);
        var own = job.Spec.Candidates.ToDictionary(c => Learning.Arms.Key(Learning.Arms.Own(job.Spec, c)), c => c.Name);
        var found = ImmutableDictionary.CreateBuilder<string, RecordedCurve>();
        foreach (var arm in Arms)
        {
            if (!own.TryGetValue(Learning.Arms.Key(arm), out var name))
                throw new ArgumentException($"Job '{job.Id}' has no candidate {arm.Name}: all jobs must have the same.", nameof(job));
            var failed = job.Trials.FirstOrDefault(t => t.Candidate.Name == name && t.State == TrialState.Failed);
            var curve = curves.GetValueOrDefault(name);
            if (failed is null && curve is not { IsComplete: true })
                throw new ArgumentException(
                    $"{name} of job '{job.Id}' was not trained to its end: every candidate must be, as with policy: exhaustive and an "
                    + "objective that no run reaches.", nameof(job));
            if (curve is null || !curve.Values.Any(v => v is not null)) continue;
            found[Learning.Arms.Key(arm)] = (failed is null ? curve : GridRuns.Failing(curve, failed)) with { Candidate = arm.Name };
        }
        if (!found.TryGetValue(Learning.Arms.Key(Baseline), out var baseline)) return null;
        var budget = GridRuns.Seconds(baseline);
        return found.ToImmutableDictionary(r => r.Key, r => GridRuns.Within(r.Value, budget));
    }

    private static string Place(ImmutableArray<string> values) => string.Join('\n', values);
}
