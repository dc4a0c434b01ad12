using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Objectives;

namespace AutoSelect.Selection.Policies;

/// <summary>
/// The trials of a job compared sample by sample: Lᵢₛ is the loss of trial i in sample s, P(best) the share of samples in which
/// it is smallest, and the regret of trial i the mean of Lᵢₛ − minⱼ Lⱼₛ.
/// </summary>
internal sealed class JobOutlook
{
    private JobOutlook(SelectionInput input, ImmutableArray<TrialView> trials, ObjectiveValue value)
    {
        (Input, Trials, Value) = (input, trials, value);
        // What continues another looks as good as that one; it may join a race, not lead it.
        Front = trials.Where(t => t.Evidence.IsTried).MinBy(t => t.MeanLoss);
    }

    public SelectionInput Input { get; }

    /// <summary>Trials that can still be the answer and have begun, ordered by name: alive ones, and completed ones with a value.</summary>
    public ImmutableArray<TrialView> Trials { get; }

    public ObjectiveValue Value { get; }

    /// <summary>True when history says how soon candidates reach a target.</summary>
    public static bool IsInformedBy(SelectionInput input) =>
        input.Objective.Kind == ObjectiveKind.FastestTo && input.History.Prior is not null;

    /// <summary>The trial with the smallest expected loss; null when nothing was measured yet.</summary>
    public TrialView? Front { get; }

    public static JobOutlook FromInput(SelectionInput input)
    {
        var compared = input.Trials.Where(t => t.State == TrialState.Completed ? !t.Curve.IsDefaultOrEmpty : IsAlive(t) && t.Step > 0)
            .OrderBy(t => t.Trial).Select(Sane).ToImmutableArray();
        var sampler = new OutlookSampler(input);
        var outlooks = sampler.Draw(compared).Where(o => o is not null).Select(o => o!).ToImmutableArray();
        var remaining = input.Objective.DeadlineSeconds is { } deadline ? Math.Max(0, deadline - input.ElapsedSeconds)
            : double.PositiveInfinity;
        var miss = outlooks.IsEmpty ? 1 : Math.Max(1, 2 * outlooks.Max(o => o.SecondsToHorizon));
        var value = new ObjectiveValue(input.Objective, remaining, miss, Spread(outlooks, input.Objective));
        return new JobOutlook(input, Compare(outlooks, value), value);
    }

    public static bool IsAlive(TrialEvidence trial) =>
        trial.State is TrialState.Waiting or TrialState.Running or TrialState.Paused or TrialState.Committed;

    /// <summary>A completed trial's time is over: it is judged by what it has, whatever its horizon.</summary>
    private static TrialEvidence Sane(TrialEvidence trial)
    {
        var curve = trial.Curve.IsDefault ? [] : trial.Curve;
        var step = Math.Max(trial.Step, curve.IsEmpty ? 0 : curve[^1].Step);
        var horizon = trial.State == TrialState.Completed ? Math.Max(1, step) : Math.Max(1, trial.HorizonSteps);
        return trial with { Curve = curve, Step = step, HorizonSteps = horizon };
    }

    private static double Spread(ImmutableArray<TrialOutlook> outlooks, Objective objective)
    {
        if (outlooks.IsEmpty || objective.Target is not { } target) return 1;
        var sign = objective.Direction == Direction.Maximize ? -1 : 1;
        return outlooks.Average(o => Math.Abs(o.Latent[0] - sign * target));
    }

    private static ImmutableArray<TrialView> Compare(ImmutableArray<TrialOutlook> outlooks, ObjectiveValue value)
    {
        if (outlooks.IsEmpty) return [];
        var losses = outlooks.Select(value.Losses).ToArray();
        var samples = losses[0].Length;
        var wins = new double[losses.Length];
        var regrets = new double[losses.Length];
        for (var s = 0; s < samples; s++)
        {
            var (best, ties) = (double.PositiveInfinity, 0);
            foreach (var loss in losses)
            {
                if (loss[s] < best) (best, ties) = (loss[s], 1);
                else if (loss[s] == best) ties++;
            }
            for (var i = 0; i < losses.Length; i++)
            {
                regrets[i] += (losses[i][s] - best) / samples;
                if (losses[i][s] <= best) wins[i] += 1.0 / ties / samples;
            }
        }
        return [.. outlooks.Select((o, i) => new TrialView(o, losses[i], losses[i].Average(), wins[i], regrets[i]))];
    }
}

/// <summary>One trial as compared with the others.</summary>
/// <param name="Losses">By sample, in the objective's unit; smaller is better.</param>
/// <param name="ProbabilityOfBest">Share of the samples in which no other trial is better; ties are shared.</param>
/// <param name="Regret">Expected loss of choosing this trial instead of each sample's best.</param>
internal sealed record TrialView(TrialOutlook Outlook, double[] Losses, double MeanLoss, double ProbabilityOfBest, double Regret)
{
    public TrialEvidence Evidence => Outlook.Evidence;
    public TrialId Id => Evidence.Trial;
    public string Name => Evidence.Candidate.Name;
    public bool IsAlive => JobOutlook.IsAlive(Evidence);
}
