using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>
/// The workloads of a recording as points, each in turn and in an order of its own in every round. A candidate of a job runs one of its
/// recorded repetitions, drawn by the seed.
/// </summary>
internal sealed class RecordedWorkloads : IReplayedPoints
{
    private const string Key = "workload";

    /// <summary>A job ends without its target after so many of its budgets.</summary>
    private const double Longest = 2;

    private readonly ImmutableArray<string> workloads;
    private readonly Dictionary<(string Workload, string Candidate), RecordedCurve[]> curves;

    /// <param name="recording">Curves with a target.</param>
    /// <param name="point">
    /// Which hyperparameter point of each algorithm takes part, counted from 0 in the recording's list, modulo their number.
    /// </param>
    /// <param name="baseline">Candidate or algorithm that would have been run anyway; null for the first of the list.</param>
    /// <exception cref="ArgumentException">The recording cannot make a campaign; the message says why.</exception>
    public RecordedWorkloads(ImmutableArray<RecordedCurve> recording, int point = 0, string? baseline = null)
    {
        var timed = recording.Where(c => c.Target is not null).ToList();
        workloads = [.. timed.Select(c => c.Workload).Distinct().Order(StringComparer.Ordinal)];
        if (workloads.Length < 2)
            throw new ArgumentException(
                $"The recording has {workloads.Length} workloads with a target: a campaign needs at least 2.", nameof(recording));
        var listed = timed.GroupBy(c => c.Algorithm).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var points = g.Select(c => c.Candidate).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray();
            return (Algorithm: g.Key, Candidate: points[point % points.Length]);
        }).ToList();
        Arms = [.. listed.Select(l => Arm(l.Candidate))];
        curves = timed.GroupBy(c => (c.Workload, c.Candidate)).ToDictionary(g => g.Key, g => g.ToArray());
        Space = new CampaignSpace([new CampaignParameter { Key = Key, Choices = workloads }]);
        Baseline = Arm(baseline is null ? listed[0].Candidate
            : listed.FirstOrDefault(l => l.Algorithm == baseline || l.Candidate == baseline).Candidate ?? throw new ArgumentException(
                $"The baseline is '{baseline}': it must be one of {string.Join(", ", listed.Select(l => l.Algorithm))}.",
                nameof(baseline)));
    }

    public CampaignSpace Space { get; }
    public ImmutableArray<Candidate> Arms { get; }
    public Candidate Baseline { get; }
    public CampaignGoal Goal => CampaignGoal.Time;

    public ImmutableArray<string> Next(CampaignRecord campaign)
    {
        var (round, place) = Math.DivRem(campaign.Points.Count, workloads.Length);
        return [workloads[SeededNumbers.Named(campaign.Spec.Seed, $"round {round}").Permutation(workloads.Length)[place]]];
    }

    public RecordedCurve? Run(CampaignRecord campaign, int point, ImmutableArray<string> values, Candidate arm) =>
        !curves.TryGetValue((values[0], arm.Name), out var all) ? null
            : all[SeededNumbers.Named(campaign.Spec.Seed, $"job {point} {arm.Name}").Below(all.Length)] with
            {
                Problem = $"{values[0]}#{point}",
            };

    public SimulatedConditions Conditions(ImmutableArray<RecordedCurve> runs, int devices) =>
        SimulatedConditions.For(runs, devices) with { StopAfterSeconds = Longest * runs[0].BudgetSeconds };

    private static Candidate Arm(string name) => new()
    {
        Name = name,
        Strategy = name,
        BatchSize = 1,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 1,
    };
}
