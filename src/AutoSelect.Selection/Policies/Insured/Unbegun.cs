using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>What trials that have not begun would do, by sample.</summary>
internal sealed class Unbegun
{
    private readonly SelectionInput input;
    private readonly ImmutableArray<Racer> begun;
    private readonly ImmutableDictionary<TrialId, double[]> prior;
    private readonly double never, left;
    private readonly int samples;

    public Unbegun(SelectionInput input, IEnumerable<Racer> begun, double never, double left, int samples)
    {
        (this.input, this.never, this.left, this.samples) = (input, never, left, samples);
        this.begun = [.. begun.Where(r => r.Outlook is not null)];
        prior = LearnedOutlook.Priors(input, samples);
    }

    public double[] Losses(TrialEvidence trial)
    {
        var seconds = StepCost.SecondsPerStep(trial.AsCommitted(), input.Evaluation);
        if (prior.TryGetValue(trial.Trial, out var steps))
            return Array.ConvertAll(steps, s => double.IsFinite(s) && s * seconds <= left ? Math.Min(never, s * seconds) : never);
        return begun.IsEmpty ? Unknown(trial, seconds) : Borrowed(trial, seconds);
    }

    /// <summary>Nothing at all is known: anywhere in its run, or never.</summary>
    private double[] Unknown(TrialEvidence trial, double seconds)
    {
        var numbers = SeededNumbers.Named(input.Seed, trial.Trial.Value + "/unknown");
        var run = Math.Min(left, trial.HorizonSteps * seconds);
        var losses = new double[samples];
        for (var s = 0; s < samples; s++)
            losses[s] = input.Objective.Kind == ObjectiveKind.BestBy ? numbers.Normal() : Math.Min(never, 1.5 * run * numbers.Uniform());
        return losses;
    }

    /// <summary>It may be like any of those that have begun, seen from their starts.</summary>
    private double[] Borrowed(TrialEvidence trial, double seconds)
    {
        var numbers = SeededNumbers.Named(input.Seed, trial.Trial.Value + "/borrowed");
        var losses = new double[samples];
        var sign = input.Objective.Direction == Direction.Maximize ? -1 : 1;
        var unknown = Unknown(trial, seconds);
        for (var s = 0; s < samples; s++)
        {
            // One more than those that have begun: it may be like none of them.
            var index = numbers.Below(begun.Length + 1);
            if (index == begun.Length && input.Objective.Kind == ObjectiveKind.FastestTo)
            {
                losses[s] = unknown[s];
                continue;
            }
            var other = begun[Math.Min(index, begun.Length - 1)].Outlook!;
            var horizon = Math.Max(1.0, other.Evidence.HorizonSteps);
            if (input.Objective is { Kind: ObjectiveKind.FastestTo, Target: { } target })
            {
                var left = other.SecondsToTarget(s, sign * target, double.PositiveInfinity);
                var step = other.Evidence.Step + left / other.SecondsPerStep[s];
                var at = step / horizon * trial.HorizonSteps * seconds * Math.Exp(0.3 * numbers.Normal());
                losses[s] = double.IsFinite(at) && at <= this.left ? Math.Min(never, at) : never;
                continue;
            }
            var share = Math.Min(1, left / Math.Max(1e-9, trial.HorizonSteps * seconds));
            var value = other.At(other.Latent, s, share * horizon);
            losses[s] = input.Objective.Kind != ObjectiveKind.Tradeoff ? value
                : (input.Objective.SecondsPerUnit ?? 0) * value + share * trial.HorizonSteps * seconds;
        }
        return losses;
    }
}
