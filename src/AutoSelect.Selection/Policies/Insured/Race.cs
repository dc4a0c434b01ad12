using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Objectives;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// All trials of a job by what they would do from now on, sample by sample: one sample is one world, in which every trial has its course.
/// Those that have begun are forecast from their curves; the others are what history says of them, and where it says nothing, like those
/// that have begun.
/// </summary>
internal sealed class Race
{
    private Race(SelectionInput input, InsuredSettings settings, JobOutlook job, ImmutableArray<Racer> racers, double never)
    {
        (Input, Settings, Job, Racers, Never) = (input, settings, job, racers, never);
        Baseline = racers.FirstOrDefault(r => r.Id == input.Baseline);
        Slices = new ChallengerSlices(this);
    }

    public SelectionInput Input { get; }

    public InsuredSettings Settings { get; }

    public ChallengerSlices Slices { get; }

    /// <summary>The job's confidence, 0.5 to 0.999.</summary>
    public double Confidence => Math.Clamp(Input.Confidence, 0.5, 0.999);

    /// <summary>Forecasts of those that have begun.</summary>
    public JobOutlook Job { get; }

    /// <summary>All that are alive, and completed ones that may be the answer; ordered by name.</summary>
    public ImmutableArray<Racer> Racers { get; }

    /// <summary>Null where the job has none, or where it has failed.</summary>
    public Racer? Baseline { get; }

    /// <summary>True as long as the baseline may still be the answer by training on.</summary>
    public bool IsInsured => Baseline is { IsAlive: true, HasStepsLeft: true };

    /// <summary>Seconds that stand for never arriving: more than any run that is left takes.</summary>
    public double Never { get; }

    public bool IsToTarget => Input.Objective is { Kind: ObjectiveKind.FastestTo, Target: not null };

    /// <summary>True where losses are seconds, so that devices have a price in the same unit.</summary>
    public bool IsTimed => Input.Objective.Kind != ObjectiveKind.BestBy;

    /// <summary>Devices beside the baseline's lane.</summary>
    public int Borrowed => MostDevices - (IsInsured ? Baseline!.Devices : 0);

    /// <summary>Devices that the job may have.</summary>
    public int MostDevices => Math.Max(Input.Probe.Devices, Baseline?.Devices ?? 1);

    public static Race FromInput(SelectionInput input, InsuredSettings settings)
    {
        var alive = input.Trials.Where(JobOutlook.IsAlive).ToArray();
        var job = JobOutlook.FromInput(input);
        var left = SecondsLeft(input);
        var longest = alive.Select(t => SecondsOf(t, input)).DefaultIfEmpty(0).Max();
        var never = 1.5 * Math.Max(1e-9, Math.Min(longest, left));
        var begun = job.Trials.Select(v => new Racer(v.Evidence, Capped(v, job.Value, never), v.Outlook)).ToArray();
        var unknown = new Unbegun(input, begun, never, left, settings.Samples);
        var others = alive.Where(t => !begun.Any(r => r.Id == t.Trial)).Select(t => new Racer(t, unknown.Losses(t), null));
        return new Race(input, settings, job, [.. begun.Concat(others).Select(r => WithDevices(r, input)).OrderBy(r => r.Id)], never);
    }

    /// <summary>Share of the samples in which one does better than another; half of those in which neither does.</summary>
    public static double Beats(Racer racer, Racer other)
    {
        var wins = 0.0;
        for (var s = 0; s < racer.Losses.Length; s++)
            wins += racer.Losses[s] < other.Losses[s] ? 1 : racer.Losses[s] == other.Losses[s] ? 0.5 : 0;
        return wins / racer.Losses.Length;
    }

    /// <summary>Probability that it reaches the target before its horizon and the deadline.</summary>
    public double Arrives(Racer racer) => racer.Losses.Count(l => l < Never) / (double)racer.Losses.Length;

    /// <summary>Seconds of the rest of its run, to its horizon or the deadline.</summary>
    public double SecondsLeftOf(Racer racer) => Math.Min(SecondsLeft(Input), SecondsOf(racer.Evidence, Input));

    /// <summary>What the baseline is expected to gain in a second on average until the deadline; at least 0.</summary>
    public double ValueOfSecond => Baseline is { Outlook: { } outlook } baseline && double.IsFinite(SecondsLeftOf(baseline))
        ? Math.Max(0, outlook.MeanAt(0) - baseline.MeanLoss) / Math.Max(1e-9, SecondsLeftOf(baseline)) : 0;

    /// <summary>
    /// What a trial is expected to have less at the deadline if it stood still for some seconds; in the unit of the metric, at least 0.
    /// </summary>
    public double LostIn(TrialOutlook outlook, double seconds)
    {
        var (left, lost) = (SecondsLeft(Input), 0.0);
        for (var s = 0; s < outlook.Samples; s++)
            lost += outlook.At(outlook.Latent, s, outlook.FinalStep(s, left - seconds))
                - outlook.At(outlook.Latent, s, outlook.FinalStep(s, left));
        return Math.Max(0, lost / outlook.Samples);
    }

    /// <summary>True once it has trained for as long as a curve needs to tell something; completed ones have.</summary>
    public bool HasShown(Racer racer) =>
        Slices.SecondsUntil(racer, 2 * racer.Evidence.Step) >= 0.98 * Slices.LeastSeconds(racer) || !racer.HasStepsLeft;

    /// <summary>
    /// Second of the job's clock at which the baseline's curve tells enough more to decide anew: a half more than it has trained.
    /// Null where nobody knows when.
    /// </summary>
    public double? NextLook => Math.Max(Slices.LeastSeconds(Baseline!), (Settings.SliceGrowth - 1) * Input.BaselineSeconds) is var wait
        && double.IsFinite(wait) ? Input.ElapsedSeconds + wait : null;

    private static double SecondsLeft(SelectionInput input) =>
        input.Objective.DeadlineSeconds is { } deadline ? Math.Max(0, deadline - input.ElapsedSeconds) : double.PositiveInfinity;

    private static double SecondsOf(TrialEvidence trial, SelectionInput input) =>
        Math.Max(0, trial.HorizonSteps - trial.Step) * StepCost.SecondsPerStep(trial.AsCommitted(), input.Evaluation);

    /// <summary>An incumbent beside an insured baseline has what is left beside its lane, and at least what its candidate takes.</summary>
    private static Racer WithDevices(Racer racer, SelectionInput input)
    {
        if (racer.Id != input.Baseline && racer.Id != input.Commit?.Winner) return racer;
        var ranks = RankRules.CommitRanks(racer.Evidence.Candidate, input.CommitDevices);
        if (racer.Id == input.Baseline || input.Trials.FirstOrDefault(t => t.Trial == input.Baseline) is not { } baseline
            || !JobOutlook.IsAlive(baseline)) return racer with { Devices = ranks };
        var beside = Math.Max(input.Probe.Devices, input.CommitDevices) - RankRules.CommitRanks(baseline.Candidate, input.CommitDevices);
        return racer with { Devices = Math.Min(ranks, Math.Max(racer.Evidence.Candidate.Ranks, beside)) };
    }

    private static double[] Capped(TrialView view, ObjectiveValue value, double never) => value.Target is not { } target ? view.Losses
        : [.. Enumerable.Range(0, view.Outlook.Samples)
            .Select(s => view.IsAlive ? Math.Min(never, view.Outlook.SecondsToTarget(s, target, value.RemainingSeconds)) : never)];
}
