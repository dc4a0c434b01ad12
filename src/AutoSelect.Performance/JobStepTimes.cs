using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// Step times of all trials of a job together. They train one model, so that on one kind of machine what one took corrects what is believed
/// of all: a machine twice as slow as was thought is so for everyone. Of another kind it says nothing.
/// </summary>
/// <remarks>
/// θ log seconds of a step, μ and s predicted, c the error common to the job, b that of a strategy, d a trial's own, l the load of the
/// machine, y measured with variance v (<see cref="StepTimePosterior"/>):
/// <code>
/// θᵢ = μᵢ + sᵢ (√.90 c + √.06 b + √.04 dᵢ) + .2 l,    c, b, dᵢ, l ~ N(0, 1)
/// yⱼ = θⱼ + εⱼ,                                      εⱼ ~ N(0, vⱼ)
/// </code>
/// The posterior of all θ given all y is normal, and computed exactly; the contention that was met widens it afterwards. With s = .8 one
/// measured trial narrows the others to .35, and those of its own strategy to .23.
/// </remarks>
public static class JobStepTimes
{
    /// <summary>Shares of the variance of a prediction's error.</summary>
    private const double Common = .90, OfStrategy = .06, Own = .04;

    /// <summary>
    /// Standard deviation of the logarithm by which a machine is busier or less busy than when the predictions were learned.
    /// </summary>
    private const double Load = .2;

    /// <summary>Beliefs about all trials, in their order.</summary>
    public static ImmutableArray<StepTimeForecast> Posterior(IReadOnlyList<StepTimeEvidence> trials)
    {
        var beliefs = new StepTimeForecast[trials.Count];
        foreach (var alike in Enumerable.Range(0, trials.Count).GroupBy(i => trials[i].Class))
            foreach (var (i, belief) in alike.Zip(PosteriorOnOneClass([.. alike.Select(i => trials[i])]))) beliefs[i] = belief;
        return [.. beliefs];
    }

    private static ImmutableArray<StepTimeForecast> PosteriorOnOneClass(IReadOnlyList<StepTimeEvidence> trials)
    {
        var measured = Enumerable.Range(0, trials.Count)
            .Select(i => (Index: i, Variance: IsUsable(trials[i].Prior) ? StepTimePosterior.LogVariance(trials[i].Measured) : null))
            .Where(m => m.Variance is not null).ToArray();
        var matrix = new double[measured.Length, measured.Length];
        for (var i = 0; i < measured.Length; i++)
            for (var j = 0; j < measured.Length; j++)
                matrix[i, j] = Covariance(trials, measured[i].Index, measured[j].Index) + (i == j ? measured[i].Variance!.Value : 0);
        var factor = CholeskyFactor.Find(matrix, [.. Enumerable.Range(0, measured.Length)]);
        var weights = factor?.Solve(
            [.. measured.Select(m => Math.Log(trials[m.Index].Measured!.MeanSeconds / trials[m.Index].Prior.MedianSeconds))]);
        var evaluations = EvaluationRatio(trials);
        var contentions = measured.ToDictionary(m => m.Index, m => StepTimePosterior.ContentionVariance(trials[m.Index].Measured!));
        var usual = contentions.Values.DefaultIfEmpty(0).Average();
        return [.. trials.Select((trial, i) =>
        {
            var prior = trial.Prior with { EvaluationSeconds = Evaluation(trial, evaluations) };
            if (!IsUsable(prior) || factor is null || weights is null) return prior;
            double[] shared = [.. measured.Select(m => Covariance(trials, i, m.Index))];
            var before = Covariance(trials, i, i);
            var told = factor.Solve(shared).Zip(shared, (a, b) => a * b).Sum();
            return prior with
            {
                MedianSeconds = prior.MedianSeconds * Math.Exp(weights.Zip(shared, (a, b) => a * b).Sum()),
                LogStandardDeviation = Math.Sqrt(Math.Max(1e-6, before - told) + contentions.GetValueOrDefault(i, usual)),
                Spread = contentions.ContainsKey(i) ? trial.Measured!.Spread : prior.Spread,
            };
        })];
    }

    /// <summary>A prediction that errs as this takes predictions to err, for jobs of which only the truth is known.</summary>
    /// <param name="truth">Seconds of a step and of an evaluation, as they turn out.</param>
    /// <param name="deviation">s, of the logarithm.</param>
    /// <param name="common">c, drawn once for the job.</param>
    /// <param name="ofStrategy">b, drawn once for the strategy.</param>
    /// <param name="own">d, drawn for the trial.</param>
    public static StepTimeForecast Erring(StepTimeForecast truth, double deviation, double common, double ofStrategy, double own)
    {
        var error = deviation * (Math.Sqrt(Common) * common + Math.Sqrt(OfStrategy) * ofStrategy + Math.Sqrt(Own) * own);
        return truth with
        {
            MedianSeconds = truth.MedianSeconds * Math.Exp(error),
            LogStandardDeviation = deviation,
            EvaluationSeconds = truth.EvaluationSeconds * Math.Exp(deviation * Math.Sqrt(Common) * common),
        };
    }

    private static double Covariance(IReadOnlyList<StepTimeEvidence> trials, int i, int j)
    {
        var shares = Common + (trials[i].Strategy == trials[j].Strategy ? OfStrategy : 0) + (i == j ? Own : 0);
        return trials[i].Prior.LogStandardDeviation * trials[j].Prior.LogStandardDeviation * shares + Load * Load;
    }

    /// <summary>Evaluations of a job measure the same model on the same data, so that one ratio holds for all.</summary>
    private static double EvaluationRatio(IReadOnlyList<StepTimeEvidence> trials)
    {
        var ratios = trials.Where(t => StepTimePosterior.IsTime(t.EvaluationSeconds) && t.Prior.EvaluationSeconds > 0)
            .Select(t => t.EvaluationSeconds!.Value / t.Prior.EvaluationSeconds).Order().ToArray();
        return ratios.Length == 0 ? 1 : (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
    }

    private static double Evaluation(StepTimeEvidence trial, double ratio) =>
        StepTimePosterior.IsTime(trial.EvaluationSeconds) ? trial.EvaluationSeconds!.Value : trial.Prior.EvaluationSeconds * ratio;

    private static bool IsUsable(StepTimeForecast prior) =>
        prior.MedianSeconds > 0 && double.IsFinite(prior.MedianSeconds) && double.IsFinite(prior.LogStandardDeviation);
}
