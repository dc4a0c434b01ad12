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

    /// <summary>The same where nothing was learned of the course of curves, so that a curve is read by its shape alone.</summary>
    private const double PriorShareUnlearned = 0.6;

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

    /// <summary>
    /// Bends sampled paths so that they end where history says runs end, and meet the target when it says they do: the luck of a sample
    /// picks its end, an end at the target or beyond is an arrival, and the k-th best end is the k-th to arrive.
    /// </summary>
    /// <remarks>Arrivals are left open where nothing tells when they come.</remarks>
    public void Bend(TrialEvidence trial, SampledPaths paths)
    {
        var goal = input.Objective is { Kind: ObjectiveKind.FastestTo, Target: { } t } && double.IsFinite(t)
            ? (input.Objective.Direction == Direction.Maximize ? -t : t) : (double?)null;
        var before = goal is null ? null : prior.GetValueOrDefault(trial.Trial);
        if (!seen.TryGetValue(trial.Trial, out var known))
        {
            // Once its curve tells something, it tells when: Mix comes after.
            if (!IsRead(trial)) paths.Arrivals = before;
            return;
        }
        var numbers = SeededNumbers.Named(input.Seed, trial.Trial.Value + "/arrival");
        var luck = Array.ConvertAll(shared, s => Math.Sqrt(SharedVariance) * s + Math.Sqrt(1 - SharedVariance) * numbers.Normal());
        var order = Order(luck);
        var ends = Ranked(known.Forecast.Ends(Probabilities(paths.Samples)), order);
        if (goal is { } target) paths.Arrivals = Arrivals(trial, known, target, order, ends, before, numbers);
        LearnedPaths.Lead(paths, order, ends);
    }

    /// <summary>
    /// Mixes the arrivals that paths have by their curve alone with those of the prior, where nothing was learned of the like.
    /// </summary>
    public void Mix(TrialEvidence trial, SampledPaths paths)
    {
        if (seen.ContainsKey(trial.Trial) || paths.Arrivals is not { } arrivals || prior.GetValueOrDefault(trial.Trial) is not { } before)
            return;
        var numbers = SeededNumbers.Named(input.Seed, trial.Trial.Value + "/arrival");
        for (var s = 0; s < arrivals.Length; s++)
            if (numbers.Uniform() < PriorShareUnlearned) arrivals[s] = before[s];
    }

    /// <summary>Whether a trial has come so far that its curve tells something.</summary>
    private static bool IsRead(TrialEvidence trial) => trial.Curve is [.., var last] && last.Step >= ReadFrom * trial.HorizonSteps;

    /// <summary>Ends, given from the worst to the best, by sample.</summary>
    private static double[] Ranked(double[] ends, int[] order)
    {
        var bySample = new double[ends.Length];
        for (var rank = 0; rank < order.Length; rank++) bySample[order[rank]] = ends[ends.Length - 1 - rank];
        return bySample;
    }

    private static double[]? Arrivals(
        TrialEvidence trial, Seen known, double target, int[] order, double[] ends, double[]? before, SeededNumbers numbers)
    {
        var arriving = ends.Count(end => end <= target);
        if (known.Forecast.ArrivesAt(Probabilities(arriving)) is not { } times) return null;
        var stretch = known.Cut / known.Forecast.Cut * trial.HorizonSteps;
        var steps = new double[ends.Length];
        var rank = 0;
        foreach (var s in order)
            steps[s] = ends[s] <= target ? Math.Clamp(times[rank++] * stretch, trial.Step + 1, Math.Max(trial.Step + 1, trial.HorizonSteps))
                : double.PositiveInfinity;
        if (before is null) return steps;
        for (var s = 0; s < steps.Length; s++)
        {
            if (numbers.Uniform() >= PriorShare) continue;
            steps[s] = before[s];
            ends[s] = double.IsFinite(steps[s]) ? Math.Min(ends[s], target) : Math.Max(ends[s], Math.BitIncrement(target));
        }
        return steps;
    }

    private static int[] Order(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        return order;
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
