using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>How a campaign is replayed.</summary>
internal sealed record CampaignReplayOptions
{
    /// <summary>Jobs of the campaign.</summary>
    public int Jobs { get; init; } = 1000;

    /// <summary>
    /// Which hyperparameter point of each algorithm takes part, counted from 0 in the recording's list, modulo their number.
    /// </summary>
    public int Point { get; init; }

    /// <summary>Candidate or algorithm that would have been run anyway; null for the first of the list.</summary>
    public string? Baseline { get; init; }

    public LearningRule Rule { get; init; } = new();
    public int Devices { get; init; } = 2;
    public long Seed { get; init; } = 1;
}

/// <summary>
/// A campaign over recorded curves in virtual time: its points are the recording's workloads, each in turn and in an order of its own in
/// every round, and each candidate of a job runs the curve of one of its recorded repetitions, drawn by the seed. What a job tries is
/// chosen as a live campaign chooses it, and a job is the simulated job of <see cref="SimulatedJob"/>. Simulated: nothing trains.
/// </summary>
internal sealed class CampaignReplay
{
    private const string Key = "workload";

    /// <summary>A job ends without its target after so many of its budgets.</summary>
    private const double Longest = 2;

    private static readonly double TemplatePrice = new ProbeBudget().Price;

    private readonly CampaignReplayOptions options;
    private readonly ImmutableArray<string> workloads;
    private readonly Dictionary<(string Workload, string Candidate), RecordedCurve[]> curves;
    private readonly ImmutableArray<Candidate> arms;

    /// <param name="recording">Curves with a target.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">The recording cannot make a campaign; the message says why.</exception>
    public CampaignReplay(ImmutableArray<RecordedCurve> recording, CampaignReplayOptions options)
    {
        this.options = options;
        var timed = recording.Where(c => c.Target is not null).ToList();
        workloads = [.. timed.Select(c => c.Workload).Distinct().Order(StringComparer.Ordinal)];
        if (workloads.Length < 2)
            throw new ArgumentException(
                $"The recording has {workloads.Length} workloads with a target: a campaign needs at least 2.", nameof(recording));
        var listed = timed.GroupBy(c => c.Algorithm).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var points = g.Select(c => c.Candidate).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray();
            return (Algorithm: g.Key, Candidate: points[options.Point % points.Length]);
        }).ToList();
        arms = [.. listed.Select(l => Arm(l.Candidate))];
        curves = timed.GroupBy(c => (c.Workload, c.Candidate)).ToDictionary(g => g.Key, g => g.ToArray());
        Baseline = options.Baseline is not { } name ? listed[0].Candidate
            : listed.FirstOrDefault(l => l.Algorithm == name || l.Candidate == name).Candidate ?? throw new ArgumentException(
                $"The baseline is '{name}': it must be one of {string.Join(", ", listed.Select(l => l.Algorithm))}.", nameof(options));
    }

    /// <summary>The candidate that would have been run anyway.</summary>
    public string Baseline { get; }

    /// <summary>Runs the campaign.</summary>
    /// <param name="choice">How its jobs choose; they and their order are the same.</param>
    /// <returns>As a live one would have stored it.</returns>
    public CampaignRecord Run(ReplayedChoice choice)
    {
        var space = new CampaignSpace([new CampaignParameter { Key = Key, Choices = workloads }]);
        var spec = new CampaignSpec
        {
            Name = "replay",
            Space = space,
            Template = "",
            Jobs = options.Jobs,
            Goal = CampaignGoal.Time,
            Seed = options.Seed,
            Search = SearchKind.Grid,
            Learning = options.Rule,
        };
        var record = With(With(null, new CampaignBegun(spec, "replay")), new ArmsFound(arms, Arms.Key(Arm(Baseline))));
        for (var i = 0; i < options.Jobs; i++)
        {
            if (choice == ReplayedChoice.Learning && Promotion.Due(record) is { } promoted) record = With(record, promoted);
            ImmutableArray<string> values = [WorkloadOf(i)];
            var probe = ProbeChoices.For(record, space.SharesOf(values), TemplatePrice);
            if (choice != ReplayedChoice.Learning)
            {
                var chosen = choice == ReplayedChoice.Baseline ? [Arm(Baseline)] : arms;
                probe = probe with { IsOriginal = true, Price = null, Arms = [.. chosen.Select(Arms.Key)] };
            }
            record = With(record, new PointProposed(i, values, "", probe));
            var baseline = probe.IsOriginal ? Arms.Key(Arm(Baseline)) : record.Baseline;
            var policy = choice == ReplayedChoice.Asha ? "asha-stop" : "insured";
            record = With(record, new PointEnded(i, Job(i, values[0], probe, baseline, policy)));
        }
        return record;
    }

    private PointResult Job(int index, string workload, ProbeChoice probe, string baselineKey, string policy)
    {
        ImmutableArray<RecordedCurve> drawn =
            [.. Arms.Chosen(arms, probe.Arms).Select(a => Drawn(index, workload, a.Name)).OfType<RecordedCurve>()];
        var baseline = Arms.Name(arms, baselineKey);
        if (drawn.IsEmpty) return new PointResult { Phase = JobPhase.Failed, Summary = "none of the candidates was recorded" };
        var conditions = SimulatedConditions.For(drawn, options.Devices) with
        {
            Seed = options.Seed + index,
            Probe = new ProbeBudget { Devices = options.Devices, Price = probe.Price ?? TemplatePrice },
            Baseline = drawn.Any(c => c.Candidate == baseline) ? baseline : null,
            StopAfterSeconds = Longest * drawn[0].BudgetSeconds,
        };
        var outcome = SimulatedJob.Run(drawn, PolicyCatalogue.Get(policy), conditions);
        return new PointResult
        {
            Phase = JobPhase.Completed,
            Summary = "simulated",
            Direction = conditions.Objective.Direction,
            ObjectiveMet = outcome.SecondsToTarget is not null,
            Value = outcome.Value,
            SecondsToTarget = outcome.SecondsToTarget,
            Seconds = outcome.WallSeconds,
            DeviceSeconds = outcome.DeviceSeconds,
            Winner = outcome.SecondsToTarget is not null && outcome.Winner is { } winner ? Arms.Key(Arm(winner)) : null,
            WinnerName = outcome.Winner,
            TookPart = [.. drawn.Select(c => Arms.Key(Arm(c.Candidate)))],
        };
    }

    private string WorkloadOf(int index) =>
        workloads[SeededNumbers.Named(options.Seed, $"round {index / workloads.Length}")
            .Permutation(workloads.Length)[index % workloads.Length]];

    /// <summary>One of a candidate's repetitions: the same with and without learning. Null where it was not recorded.</summary>
    private RecordedCurve? Drawn(int index, string workload, string candidate) =>
        !curves.TryGetValue((workload, candidate), out var all) ? null
            : all[SeededNumbers.Named(options.Seed, $"job {index} {candidate}").Below(all.Length)] with { Problem = $"{workload}#{index}" };

    private static Candidate Arm(string name) => new()
    {
        Name = name,
        Strategy = name,
        BatchSize = 1,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 1,
    };

    private static CampaignRecord With(CampaignRecord? record, CampaignChange change) =>
        CampaignFold.Apply(record, new CampaignEvent((record?.Version ?? 0) + 1, DateTimeOffset.UnixEpoch, change));
}
