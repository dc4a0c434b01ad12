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
/// point; the value by then counts. What a search proposes is answered by the nearest recorded point that it has not had yet.
/// </summary>
internal sealed class RecordedGrid : IReplayedPoints
{
    private readonly ImmutableArray<(ImmutableArray<string> Values, double[] Shares)> points;
    private readonly Dictionary<string, ImmutableDictionary<string, RecordedCurve>> runs = new(StringComparer.Ordinal);

    /// <param name="recorded">A campaign that has points which have ended.</param>
    /// <param name="jobs">Their jobs.</param>
    /// <exception cref="ArgumentException">
    /// A job did not train every candidate to its end, or the candidates differ from point to point; the message says which, and the rule.
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
        foreach (var (point, job) in ended) runs[Place(point.Values)] = Recorded(job);
        points = [.. ended.Select(p => (p.Point.Values, Space.SharesOf(p.Point.Values)))];
    }

    public CampaignSpace Space { get; }
    public ImmutableArray<Candidate> Arms { get; }
    public Candidate Baseline { get; }
    public CampaignGoal Goal => CampaignGoal.Value;

    /// <summary>How many points were recorded.</summary>
    public int Count => points.Length;

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

    /// <summary>A point's runs by the key of their candidate, none longer than the baseline's.</summary>
    private ImmutableDictionary<string, RecordedCurve> Recorded(JobRecord job)
    {
        var curves = RecordedCurves.Export(job).ToDictionary(c => c.Candidate, StringComparer.Ordinal);
        var own = job.Spec.Candidates.ToDictionary(c => Learning.Arms.Key(Learning.Arms.Own(job.Spec, c)), c => c.Name);
        var budget = 0.0;
        foreach (var arm in Arms.OrderByDescending(a => a.Name == Baseline.Name))
        {
            if (!own.TryGetValue(Learning.Arms.Key(arm), out var name))
                throw new ArgumentException($"Job '{job.Id}' has no candidate {arm.Name}: all jobs must have the same.", nameof(job));
            if (!curves.TryGetValue(name, out var curve) || !(curve.IsComplete || curve.State == nameof(TrialState.Failed)))
                throw new ArgumentException(
                    $"{name} of job '{job.Id}' was not trained to its end: every candidate must be, as with policy: exhaustive and an "
                    + "objective that no run reaches.", nameof(job));
            if (arm.Name == Baseline.Name) budget = EndOf(curve);
        }
        return Arms.ToImmutableDictionary(
            Learning.Arms.Key, a => Within(curves[own[Learning.Arms.Key(a)]] with { Candidate = a.Name }, budget));
    }

    private static double EndOf(RecordedCurve curve) => TimeAt(curve, curve.Steps.Length - 1);

    private static double TimeAt(RecordedCurve curve, int i) => curve.SecondsAt(i) + curve.EvaluationAt(i);

    /// <summary>The part of a run that fits; the whole of its first stretch at least.</summary>
    private static RecordedCurve Within(RecordedCurve curve, double budget)
    {
        var count = Math.Max(1, Enumerable.Range(0, curve.Steps.Length).Count(i => TimeAt(curve, i) <= budget));
        return curve with
        {
            Target = null,
            BudgetSeconds = budget,
            State = null,
            StepHint = curve.Steps[count - 1],
            Steps = curve.Steps[..count],
            Seconds = curve.Seconds?[..count],
            Values = curve.Values[..count],
            EvaluationSeconds = curve.EvaluationSeconds?[..count],
        };
    }

    private static string Place(ImmutableArray<string> values) => string.Join('\n', values);
}
