using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Forecasting.Baselines;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Replay.Forecasts;

/// <summary>Answers a question about a curve.</summary>
internal delegate FinalForecast ForecastModel(ForecastQuestion question, SelectionHistory history);

/// <summary>A forecast of the end of a curve.</summary>
/// <param name="Quantiles">Percentiles 1 to 99 of the final value (smaller is better).</param>
/// <param name="ProbabilityOfTarget">Of reaching the target that is still ahead; null where there is none.</param>
internal sealed record FinalForecast(double[] Quantiles, double? ProbabilityOfTarget)
{
    /// <summary>A forecast that says of the target what its quantiles say.</summary>
    public static FinalForecast FromQuantiles(double[] quantiles, double? targetAhead) =>
        new(quantiles, targetAhead is { } target ? quantiles.Count(q => q <= target) / (quantiles.Length + 1.0) : null);
}

/// <summary>Forecasting models by name.</summary>
public static class ForecastModels
{
    /// <summary>The model of the running system.</summary>
    public const string Default = "history";

    private static readonly ImmutableSortedDictionary<string, ForecastModel> ByName = new Dictionary<string, ForecastModel>
    {
        [Default] = FromHistory,
        ["bank"] = FromBank,
        ["last-value"] = (question, _) => Alone(LastValue.Predict, question),
        ["power-law"] = (question, _) => Alone(PowerLaw.Predict, question),
        ["curve-ensemble"] = (question, _) => Alone(CurveEnsemble.Predict, question),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static ImmutableArray<string> Names { get; } = [.. ByName.Keys];

    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    internal static ForecastModel Get(string name) => ByName.TryGetValue(name, out var model)
        ? model
        : throw new ArgumentException($"'{name}' is no forecasting model: it must be one of {string.Join(", ", Names)}.", nameof(name));

    private delegate QuantilePrediction Extrapolation(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double at);

    /// <summary>
    /// A published extrapolation, which sees nothing but the curve. Positions count from 1, since some recordings begin at step 0.
    /// </summary>
    private static FinalForecast Alone(Extrapolation extrapolation, ForecastQuestion question)
    {
        var first = question.Curve.X.FirstOrDefault(x => x > 0, 1e-3);
        double[] x = [.. question.X.ToArray().Select(v => Math.Max(v, first / 2))];
        return FinalForecast.FromQuantiles(extrapolation(x, question.Z, Math.Max(1, question.X[^1])).Quantiles, question.TargetAhead);
    }

    /// <summary>What was learned from other families; where too little is known, the bank.</summary>
    private static FinalForecast FromHistory(ForecastQuestion question, SelectionHistory history)
    {
        var curve = question.Curve;
        if (history.Forecaster?.At(question.X[^1]) is not { } learned) return FromBank(question, history);
        var situation = CurveSituation.FromValues(question.X, question.Z, curve.Target, CutForecaster.IsShare(curve), question.Standing);
        var source = curve.Source;
        var forecast = learned.Forecast(situation, curve.Key, source.Algorithm, source.Workload, source.Family);
        return new(forecast.Ends(ForecastScore.Percentiles), question.TargetAhead is null ? null : forecast.ProbabilityOfTarget);
    }

    /// <summary>The bank of parametric shapes, with nothing learned.</summary>
    private static FinalForecast FromBank(ForecastQuestion question, SelectionHistory history)
    {
        var curve = question.Curve.Source;
        var sign = curve.Direction == Direction.Maximize ? -1 : 1;
        var points = ImmutableArray.CreateBuilder<CurvePoint>(question.Count);
        for (var i = 0; i < question.Count; i++)
            points.Add(
                new CurvePoint
                {
                    Step = (long)(1e6 * question.X[i]),
                    DeviceSeconds = 0,
                    EvaluationSeconds = 0,
                    OverheadSeconds = 0,
                    Value = sign * question.Z[i],
                    TrainingLoss = double.NaN,
                });
        var seen = CurveObservations.FromCurve(points.ToImmutable(), 1_000_000, curve.Direction, curve.Target)!;
        var schedule = curve.Schedule ?? new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 };
        var numbers = new SeededNumbers(1);
        var shared = Enumerable.Range(0, 320).Select(_ => numbers.Normal()).ToArray();
        var (latent, noise) = new CurvePosterior(seen, schedule).Draw([1.0], shared, numbers);
        double[] finals = [.. latent.Select((y, s) => seen.Values.Ahead(y + noise[s] * numbers.Normal(), seen.Z[^1])).Order()];
        return FinalForecast.FromQuantiles(
            Array.ConvertAll(ForecastScore.Percentiles, p => SortedValues.At(finals, p)), question.TargetAhead);
    }
}
