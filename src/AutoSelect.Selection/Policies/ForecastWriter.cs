using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies;

/// <summary>Writes a trial's samples down as quantiles.</summary>
internal static class ForecastWriter
{
    public static ImmutableArray<Forecast> Write(JobOutlook job) => [.. job.Trials.Select(t => Write(job, t))];

    private static Forecast Write(JobOutlook job, TrialView trial)
    {
        var (outlook, value, evidence) = (trial.Outlook, job.Value, trial.Evidence);
        var finals = new double[outlook.Samples];
        var lastSteps = new double[outlook.Samples];
        for (var s = 0; s < finals.Length; s++)
        {
            lastSteps[s] = outlook.FinalStep(s, value.RemainingSeconds);
            finals[s] = value.Sign * outlook.EndValue(s, value.Target, value.RemainingSeconds);
        }
        double[]? hits = value.Target is { } target
            ? [.. Enumerable.Range(0, finals.Length).Select(s => outlook.SecondsToTarget(s, target, value.RemainingSeconds))]
            : null;
        var trained = evidence.Curve.IsEmpty ? 0 : evidence.Curve[^1].DeviceSeconds;
        var step = SecondsOf(evidence.AsCommitted().StepTime);
        return new Forecast
        {
            Trial = trial.Id,
            AtStep = evidence.Step,
            SecondsToTarget = hits is null ? null : Quantiles.FromSamples(hits),
            ProbabilityOfTarget = hits is null ? null : hits.Count(double.IsFinite) / (double)hits.Length,
            FinalValue = Quantiles.FromSamples(finals),
            FinalAtSeconds = trained + step * Math.Max(0, Quantiles.FromSamples(lastSteps).P50 - evidence.Step),
            ProbabilityOfBest = trial.ProbabilityOfBest,
            ExpectedRegret = trial.Regret,
            Bands = Bands(outlook, value.Sign),
            Families = outlook.Families,
            SecondsPerStep = step,
        };
    }

    /// <summary>
    /// Bands at every other step of the grid and at the last: sorting the samples of a step is what costs, and the bands are smooth.
    /// </summary>
    private static ImmutableArray<ForecastBand> Bands(TrialOutlook outlook, double sign)
    {
        var bands = ImmutableArray.CreateBuilder<ForecastBand>(outlook.Steps.Length / 2 + 1);
        var column = new double[outlook.Samples];
        for (var j = 0; j < outlook.Steps.Length; j++)
        {
            if (j % 2 == 1 && j < outlook.Steps.Length - 1) continue;
            var step = (long)Math.Round(outlook.Steps[j]);
            if (bands.Count > 0 && bands[^1].Step == step) continue;
            for (var s = 0; s < column.Length; s++) column[s] = sign * outlook.Measured[s * outlook.Steps.Length + j];
            bands.Add(new ForecastBand { Step = step, Value = Quantiles.FromSamples(column) });
        }
        return bands.ToImmutable();
    }

    private static double SecondsOf(StepTimeForecast time) =>
        double.IsFinite(time.MedianSeconds) && time.MedianSeconds > 0 ? time.MedianSeconds : 1e-3;
}
