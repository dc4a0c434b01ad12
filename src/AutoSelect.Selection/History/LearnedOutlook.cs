using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.History;

/// <summary>
/// What history adds to the outlooks of a job's trials: where runs end, and when they reach the target. A trial that has not
/// started is drawn from the <see cref="CandidatePrior"/>, one that has from the <see cref="HistoryForecaster"/>.
/// </summary>
internal sealed class LearnedOutlook
{
    /// <summary>Share of the variance of a trial's luck that the trials of a job have in common.</summary>
    private const double SharedVariance = 0.4;

    /// <summary>Fraction of the horizon before which a curve tells nothing that the prior does not.</summary>
    private const double ReadFrom = 0.008;

    /// <summary>
    /// Share of the samples in which a trial under way arrives when its prior says, not when its curve does: forecasts of arrivals
    /// miss late drops, and a candidate that has done well elsewhere does again.
    /// </summary>
    private const double PriorShare = 0.3;

    private readonly SelectionInput input;
    private readonly double[] shared;
    private readonly ImmutableDictionary<TrialId, Seen> seen;
    private readonly ImmutableDictionary<TrialId, double[]> prior;

    private LearnedOutlook(
        SelectionInput input, double[] shared, ImmutableDictionary<TrialId, Seen> seen, ImmutableDictionary<TrialId, double[]> prior) =>
        (this.input, this.shared, this.seen, this.prior) = (input, shared, seen, prior);

    /// <summary>Null where history teaches nothing.</summary>
    public static LearnedOutlook? FromHistory(SelectionInput input, ImmutableArray<TrialEvidence> trials, double[] shared)
    {
        var history = input.History;
        if (history.IsEmpty) return null;
        var seen = history.Forecaster is null ? [] : Situations(input, trials);
        return new LearnedOutlook(input, shared, seen, Priors(input, shared.Length));
    }

    /// <summary>
    /// Joint draws, by trial, of the step at which the target comes, from the prior and from nobody having come there yet.
    /// </summary>
    public static ImmutableDictionary<TrialId, double[]> Priors(SelectionInput input, int samples)
    {
        if (!JobOutlook.IsInformedBy(input)) return ImmutableDictionary<TrialId, double[]>.Empty;
        var draws = input.History.Prior!.Draw(PriorQuestion.FromInput(input), samples);
        return input.Trials.Select((t, i) => (t.Trial, Steps: Array.ConvertAll(draws[i], x => x * t.HorizonSteps)))
            .ToImmutableDictionary(p => p.Trial, p => p.Steps);
    }

    /// <summary>Step of the target by sample; null where only the trial's own curve can tell.</summary>
    public double[]? StepsToTarget(TrialEvidence trial)
    {
        if (input.Objective.Kind != ObjectiveKind.FastestTo) return null;
        var before = prior.GetValueOrDefault(trial.Trial);
        if (!seen.TryGetValue(trial.Trial, out var known)) return before;
        if (known.Forecast.ArrivesAt(Probabilities(shared.Length)) is not { } arrivals) return null;
        var stretch = known.Cut / known.Forecast.Cut;
        var steps = new double[shared.Length];
        var numbers = SeededNumbers.Named(input.Seed, trial.Trial.Value + "/arrival");
        for (var s = 0; s < steps.Length; s++)
        {
            var luck = NormalDistribution.Below(Math.Sqrt(SharedVariance) * shared[s] + Math.Sqrt(1 - SharedVariance) * numbers.Normal());
            var at = arrivals[Math.Min((int)(luck * arrivals.Length), arrivals.Length - 1)] * stretch;
            steps[s] = numbers.Uniform() < PriorShare && before is not null ? before[s]
                : at <= 1 ? Math.Max(trial.Step + 1, at * trial.HorizonSteps)
                : double.PositiveInfinity;
        }
        return steps;
    }

    /// <summary>Bends sampled paths so that they end where history says runs end; their order stays.</summary>
    /// <param name="width">Points of a path.</param>
    public void Bend(TrialEvidence trial, int width, double[] latent, double[] measured)
    {
        if (!seen.TryGetValue(trial.Trial, out var known)) return;
        var count = latent.Length / width;
        var ends = known.Forecast.Ends(Probabilities(count));
        Array.Sort(ends);
        var order = Enumerable.Range(0, count).OrderBy(s => latent[(s + 1) * width - 1]).ToArray();
        for (var rank = 0; rank < count; rank++)
        {
            var row = order[rank] * width;
            var (from, old) = (latent[row], latent[row + width - 1]);
            var wanted = ends[rank] - from;
            var factor = wanted / (old - from);
            for (var j = 1; j < width; j++)
            {
                var before = latent[row + j];
                // A path that would have to turn round is drawn anew, bent like a root.
                latent[row + j] = factor is > 0 and < 50 ? from + factor * (before - from) : from + wanted * Math.Sqrt(j / (width - 1.0));
                measured[row + j] += latent[row + j] - before;
            }
        }
    }

    private static ImmutableDictionary<TrialId, Seen> Situations(SelectionInput input, ImmutableArray<TrialEvidence> trials)
    {
        var sign = input.Objective.Direction == Direction.Maximize ? -1.0 : 1.0;
        var curves = trials
            .Select(t => (Trial: t, Points: t.Curve
                .Select(p => (X: Math.Min(1, p.Step / (double)t.HorizonSteps), Z: sign * p.Deliverable(input.Objective.Direction)))
                .Where(p => double.IsFinite(p.Z)).ToArray()))
            .Where(c => c.Points.Length > 0).ToArray();
        var result = ImmutableDictionary.CreateBuilder<TrialId, Seen>();
        foreach (var (trial, points) in curves)
        {
            var cut = points[^1].X;
            if (cut < ReadFrom || input.History.Forecaster!.At(cut) is not { } forecaster) continue;
            // Trials that are ahead are compared where this one is; those behind, where they are.
            var standing = new ProblemStanding(curves.Select(
                c => c.Points.Where(p => p.X <= cut * 1.001).DefaultIfEmpty(c.Points[0]).Last().Z));
            double[] x = [.. points.Select(p => p.X)], z = [.. points.Select(p => p.Z)];
            var situation = CurveSituation.FromValues(
                x, z, sign * input.Objective.Target, input.Objective.Direction == Direction.Maximize, standing);
            result[trial.Trial] = new Seen(cut, forecaster.Forecast(
                situation, CandidateKey.ForCandidate(trial.Candidate), trial.Candidate.Strategy, input.Workload, family: ""));
        }
        return result.ToImmutable();
    }

    /// <summary>The middles of equal parts of [0, 1].</summary>
    private static double[] Probabilities(int count)
    {
        var probabilities = new double[count];
        for (var i = 0; i < count; i++) probabilities[i] = (i + 0.5) / count;
        return probabilities;
    }

    private sealed record Seen(double Cut, CutForecast Forecast);
}
