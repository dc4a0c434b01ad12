using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>Forecasts made from the curve that the simulation goes on to draw, with errors of the size they claim to have.</summary>
internal static class SimulatedForecast
{
    private static readonly double[] Deviates = [-1.645, -0.674, 0, 0.674, 1.645];

    public static Forecast ForTrial(SimulatedTrial trial, double? target, int rung)
    {
        var (source, epoch, horizon) = (trial.Source, trial.Epochs(trial.Step), trial.Source.Candidate.Schedule.HorizonEpochs);
        var slip = Noise.Normal(trial.Seed, 4, rung);
        double Value(double epochs, double deviate)
        {
            var width = 0.002 + 0.08 * Math.Abs(source.Smooth(epochs) - source.Smooth(epoch));
            return Math.Min(0.999, source.Smooth(epochs) + width * (slip + deviate));
        }
        Quantiles At(double epochs) => FromDeviates(d => Value(epochs, d));

        var grid = Enumerable.Range(1, 12).Select(i => epoch + (horizon - epoch) * i / 12.0).ToArray();
        double SecondsTo(double deviate) => target is { } t && Enumerable.Range(1, 400)
            .Select(i => epoch + (horizon - epoch) * i / 400.0).FirstOrDefault(e => Value(e, deviate) >= t) is var hit and > 0
            ? (hit - epoch) * trial.StepsPerEpoch * trial.SecondsPerStep : double.PositiveInfinity;

        return new Forecast
        {
            Trial = trial.Id,
            AtStep = trial.Step,
            SecondsToTarget = target is null ? null : FromDeviates(d => SecondsTo(-d)),
            ProbabilityOfTarget = target is null ? null
                : Enumerable.Range(0, 99).Count(i => double.IsFinite(SecondsTo(-2.4 + i * 4.8 / 98))) / 99.0,
            FinalValue = At(horizon),
            FinalAtSeconds = horizon * trial.StepsPerEpoch * source.StepSeconds,
            ProbabilityOfBest = 0,
            ExpectedRegret = 0,
            Bands = [.. grid.Select(e => new ForecastBand { Step = (long)Math.Round(e * trial.StepsPerEpoch), Value = At(e) })],
            Families = ImmutableSortedDictionary<string, double>.Empty.Add("pow3", 0.55).Add("exp3", 0.3).Add("last", 0.15),
            SecondsPerStep = trial.SecondsPerStep,
        };
    }

    /// <summary>Shares out P(best) by a soft minimum over median times, and regret by the difference of medians.</summary>
    public static ImmutableArray<Forecast> Compare(ImmutableArray<Forecast> forecasts)
    {
        double Time(Forecast f) =>
            double.IsFinite(f.SecondsToTarget?.P50 ?? double.PositiveInfinity) ? f.SecondsToTarget!.P50 : 400 * (1.2 - f.FinalValue.P50);
        var best = forecasts.Min(Time);
        var scale = forecasts.Average(f => f.SecondsToTarget is { } q && double.IsFinite(q.P95) ? (q.P95 - q.P05) / 6 : 12);
        var weights = forecasts.Select(f => Math.Exp(-(Time(f) - best) / Math.Max(1, scale))).ToArray();
        return [.. forecasts.Select((f, i) =>
            f with
            {
                ProbabilityOfBest = weights[i] / weights.Sum(),
                ExpectedRegret = Time(f) - best + scale * (1 - weights[i] / weights.Sum()),
            })];
    }

    private static Quantiles FromDeviates(Func<double, double> at) =>
        new() { P05 = at(Deviates[0]), P25 = at(Deviates[1]), P50 = at(Deviates[2]), P75 = at(Deviates[3]), P95 = at(Deviates[4]) };
}
