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
        var mixture = new Lazy<SampledPaths>(() => Mixture(known));
        return [.. own.Select((outlook, i) => outlook ?? (known.Length == 0 ? null : Borrow(trials[i], i, mixture.Value)))];
    }

    private TrialOutlook? Draw(TrialEvidence trial)
    {
        var seen = CurveObservations.FromCurve(trial.Curve, trial.HorizonSteps, direction, target);
        if (seen is null) return null;
        var numbers = SeededNumbers.Named(seed, trial.Trial.Value);
        var posterior = new CurvePosterior(seen, trial.Candidate.Schedule);
        var grid = EvaluationGrid.Ahead(trial, evaluation);
        var xs = Array.ConvertAll(grid.Steps, s => s / Math.Max(1, trial.HorizonSteps));
        var (latent, noise) = posterior.Draw(xs, shared, numbers);
        var values = Values(trial);
        var paths = new SampledPaths(grid, Array.ConvertAll(latent, y => seen.Values.Ahead(y, seen.Z[^1])), new double[latent.Length]);
        for (var s = 0; s < samples; s++)
            for (var j = 0; j < paths.Width; j++)
                paths.Measured[s * paths.Width + j] = j == 0 ? values[^1]
                    : seen.Values.Ahead(latent[s * paths.Width + j] + noise[s] * numbers.Normal(), seen.Z[^1]);
        var slope = seen.Values.Slope(values[^1]);
        Arrive(trial, paths, Array.ConvertAll(noise, n => n * slope), values.Min(), numbers);
        return Outlook(trial, paths, posterior.FamilyWeights());
    }

    /// <summary>
    /// When each path meets the target, and where it ends, first by the curve alone and then by what history says of the like.
    /// </summary>
    private void Arrive(TrialEvidence trial, SampledPaths paths, double[] noise, double best, SeededNumbers numbers)
    {
        var goal = Turned(target);
        if (trial.Step >= trial.HorizonSteps) Settle(paths);
        if (goal is { } reached && best <= reached) paths.Arrivals = [.. Enumerable.Repeat((double)trial.Step, samples)];
        else if (trial.Step >= trial.HorizonSteps)
        {
            if (goal is not null) paths.Arrivals = [.. Enumerable.Repeat(double.PositiveInfinity, samples)];
        }
        else
        {
            learned?.Bend(trial, paths);
            if (goal is { } ahead && paths.Arrivals is null)
            {
                paths.Meet(ahead, noise, numbers);
                learned?.Mix(trial, paths);
            }
        }
        if (goal is { } end) paths.EndAt(end);
    }

    /// <summary>Nothing is left to predict at the end of the horizon: the value is what was measured.</summary>
    private static void Settle(SampledPaths paths)
    {
        var value = paths.Measured[0];
        for (var i = 0; i < paths.Latent.Length; i++) paths.Latent[i] = paths.Measured[i] = value;
    }

    /// <summary>Paths of the others, drawn at random, over the fractions of a whole horizon.</summary>
    private SampledPaths Mixture(TrialOutlook[] known)
    {
        const int Width = TrialOutlook.GridPoints + 1;
        var numbers = SeededNumbers.Named(seed, "mixture");
        var mixture = new SampledPaths(Whole(1), new double[samples * Width], new double[samples * Width]);
        if (target is not null) mixture.Arrivals = new double[samples];
        for (var s = 0; s < samples; s++)
        {
            var (other, from) = (known[numbers.Below(known.Length)], numbers.Below(samples));
            for (var j = 0; j < Width; j++)
            {
                var step = mixture.Steps[j] * other.Evidence.HorizonSteps;
                mixture.Latent[s * Width + j] = other.At(other.Latent, from, step);
                mixture.Measured[s * Width + j] = other.At(other.Measured, from, step);
            }
            if (mixture.Arrivals is { } arrivals && other.StepsToTarget is { } steps)
                arrivals[s] = steps[from] / Math.Max(1, other.Evidence.HorizonSteps);
        }
        return mixture;
    }

    private TrialOutlook Borrow(TrialEvidence trial, int index, SampledPaths mixture)
    {
        var by = index * 61 % samples;
        double[] Shifted(double[] values, int width) => [.. values[(by * width)..], .. values[..(by * width)]];
        return Outlook(
            trial,
            new SampledPaths(Whole(trial.HorizonSteps), Shifted(mixture.Latent, mixture.Width), Shifted(mixture.Measured, mixture.Width))
            {
                Arrivals = mixture.Arrivals is null ? null
                    : Array.ConvertAll(Shifted(mixture.Arrivals, 1), x => Math.Max(trial.Step, x * trial.HorizonSteps)),
            },
            ImmutableSortedDictionary<string, double>.Empty);
    }

    /// <summary>A horizon of so many steps, of which nothing is done.</summary>
    private static EvaluationGrid Whole(double horizon) =>
        new([.. Enumerable.Range(0, TrialOutlook.GridPoints + 1).Select(j => horizon * EvaluationGrid.Fraction(j))], []);

    private TrialOutlook Outlook(TrialEvidence trial, SampledPaths paths, ImmutableSortedDictionary<string, double> families)
    {
        var numbers = SeededNumbers.Named(seed, trial.Trial.Value + "/time");
        var committed = trial.AsCommitted();
        var (median, spread) =
            (Positive(committed.StepTime.MedianSeconds, 1e-3), Math.Clamp(Finite(committed.StepTime.LogStandardDeviation), 0, 3));
        var perStep = StepCost.EvaluationSecondsPerStep(committed, evaluation);
        return new TrialOutlook
        {
            Evidence = trial,
            Steps = paths.Steps,
            Latent = paths.Latent,
            Measured = paths.Measured,
            Families = families,
            StepsToTarget = paths.Arrivals,
            SecondsPerStep = Array.ConvertAll(Normals(numbers, samples), n => median * Math.Exp(spread * n) + perStep),
            MedianSecondsPerStep = median + perStep,
        };
    }

    /// <summary>The finite deliverable values, turned so that smaller is better; at least one.</summary>
    private double[] Values(TrialEvidence trial) =>
        [.. trial.Curve.Select(p => p.Deliverable(direction)).Where(double.IsFinite).Select(v => direction == Direction.Maximize ? -v : v)];

    private double? Turned(double? value) => value is { } v && double.IsFinite(v) ? direction == Direction.Maximize ? -v : v : null;

    private static double[] Normals(SeededNumbers numbers, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = numbers.Normal();
        return values;
    }

    private static double Positive(double value, double otherwise) => double.IsFinite(value) && value > 0 ? value : otherwise;

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
