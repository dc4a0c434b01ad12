using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// Draws the outlooks of all trials of a job. Each trial has a random stream of its own, fixed by the job's seed and the trial's
/// name, so that neither the order of the trials nor the rung changes it; one more stream is shared by all.
/// </summary>
internal sealed class OutlookSampler(SelectionInput input, int samples = 320)
{
    private readonly long seed = input.Seed;
    private readonly Direction direction = input.Objective.Direction;
    private readonly double? target = input.Objective.Target;
    private readonly EvaluationPolicy evaluation = input.Evaluation;
    private readonly double[] shared = Normals(SeededNumbers.Named(input.Seed, "shared"), samples);
    private LearnedOutlook? learned;

    /// <summary>
    /// Outlooks in the order of the trials. Trials without a finite value borrow the outlooks of the others, all of them one mixture of
    /// these, each with its own order of samples; null where nobody has one.
    /// </summary>
    public ImmutableArray<TrialOutlook?> Draw(ImmutableArray<TrialEvidence> trials)
    {
        learned = LearnedOutlook.FromHistory(input, trials, shared);
        var own = trials.Select(Draw).ToArray();
        var known = trials.Select((t, i) => (t.Trial, Outlook: own[i])).Where(p => p.Outlook is not null)
            .OrderBy(p => p.Trial).Select(p => p.Outlook!).ToArray();
        var mixture = new Lazy<(double[] Latent, double[] Measured)>(() => Mixture(known));
        return [.. own.Select((outlook, i) => outlook ?? (known.Length == 0 ? null : Borrow(trials[i], i, mixture.Value)))];
    }

    private TrialOutlook? Draw(TrialEvidence trial)
    {
        var seen = CurveObservations.FromCurve(trial.Curve, trial.HorizonSteps, direction, target);
        if (seen is null) return null;
        var numbers = SeededNumbers.Named(seed, trial.Trial.Value);
        var posterior = new CurvePosterior(seen, trial.Candidate.Schedule);
        var steps = Grid(trial);
        var xs = Array.ConvertAll(steps, s => s / Math.Max(1, trial.HorizonSteps));
        var (latent, noise) = posterior.Draw(xs, shared, numbers);
        var measured = new double[latent.Length];
        for (var s = 0; s < samples; s++)
            for (var j = 0; j < steps.Length; j++)
                measured[s * steps.Length + j] = Math.Clamp(
                    latent[s * steps.Length + j] + noise[s] * numbers.Normal(), seen.Floor, seen.Ceiling);
        learned?.Bend(trial, steps.Length, latent, measured);
        if (trial.Step >= trial.HorizonSteps) Settle(latent, measured, seen.Z[^1]);
        return Outlook(trial, steps, latent, measured, posterior.FamilyWeights());
    }

    /// <summary>Nothing is left to predict at the end of the horizon: the value is what was measured.</summary>
    private static void Settle(double[] latent, double[] measured, double value)
    {
        for (var i = 0; i < latent.Length; i++) latent[i] = measured[i] = value;
    }

    /// <summary>Paths of the others, drawn at random, over the fractions of a whole horizon.</summary>
    private (double[] Latent, double[] Measured) Mixture(TrialOutlook[] known)
    {
        var numbers = SeededNumbers.Named(seed, "mixture");
        var latent = new double[samples * (TrialOutlook.GridPoints + 1)];
        var measured = new double[latent.Length];
        for (var s = 0; s < samples; s++)
        {
            var (other, from) = (known[numbers.Below(known.Length)], numbers.Below(samples));
            for (var j = 0; j <= TrialOutlook.GridPoints; j++)
            {
                var step = Fraction(j) * other.Evidence.HorizonSteps;
                latent[s * (TrialOutlook.GridPoints + 1) + j] = other.At(other.Latent, from, step);
                measured[s * (TrialOutlook.GridPoints + 1) + j] = other.At(other.Measured, from, step);
            }
        }
        return (latent, measured);
    }

    private TrialOutlook Borrow(TrialEvidence trial, int index, (double[] Latent, double[] Measured) mixture)
    {
        var shift = index * 61 % samples * (TrialOutlook.GridPoints + 1);
        return Outlook(trial, Grid(trial with { Step = 0 }), [.. mixture.Latent[shift..], .. mixture.Latent[..shift]],
            [.. mixture.Measured[shift..], .. mixture.Measured[..shift]], ImmutableSortedDictionary<string, double>.Empty);
    }

    private TrialOutlook Outlook(
        TrialEvidence trial, double[] steps, double[] latent, double[] measured, ImmutableSortedDictionary<string, double> families)
    {
        var numbers = SeededNumbers.Named(seed, trial.Trial.Value + "/time");
        var committed = trial.AsCommitted();
        var (median, spread) =
            (Positive(committed.StepTime.MedianSeconds, 1e-3), Math.Clamp(Finite(committed.StepTime.LogStandardDeviation), 0, 3));
        var perStep = StepCost.EvaluationSecondsPerStep(committed, evaluation);
        return new TrialOutlook
        {
            Evidence = trial,
            Steps = steps,
            Latent = latent,
            Measured = measured,
            Families = families,
            StepsToTarget = learned?.StepsToTarget(trial),
            SecondsPerStep = Array.ConvertAll(Normals(numbers, samples), n => median * Math.Exp(spread * n) + perStep),
            MedianSecondsPerStep = median + perStep,
        };
    }

    /// <summary>Denser near the present, where a target is likely to be met or missed first.</summary>
    private static double[] Grid(TrialEvidence trial)
    {
        var left = Math.Max(0, trial.HorizonSteps - trial.Step);
        var steps = new double[TrialOutlook.GridPoints + 1];
        for (var j = 0; j < steps.Length; j++) steps[j] = trial.Step + left * Fraction(j);
        return steps;
    }

    private static double Fraction(int j) => Math.Pow((double)j / TrialOutlook.GridPoints, 1.5);

    private static double[] Normals(SeededNumbers numbers, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = numbers.Normal();
        return values;
    }

    private static double Positive(double value, double otherwise) => double.IsFinite(value) && value > 0 ? value : otherwise;

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
