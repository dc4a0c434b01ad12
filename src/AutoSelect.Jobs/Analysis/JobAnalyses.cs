using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Reads off a record what reports and the API tell of a job as a whole. Pure.</summary>
public static class JobAnalyses
{
    public static JobAnalysis FromRecord(JobRecord record)
    {
        var (speed, calibration) = (SpeedAccuracy.FromRecord(record), Calibration.FromRecord(record));
        return new JobAnalysis
        {
            Version = record.Version,
            Measured = speed.Measured,
            PerEpoch = speed.PerEpoch,
            Forecast = speed.Forecast,
            Baseline = Baseline(BaselineComparison.FromRecord(record)),
            Values = calibration.Values,
            Times = calibration.Times,
            Forecasts = calibration.Forecasts,
            TimeForecasts = calibration.TimeForecasts,
        };
    }

    /// <summary>The chances that each trial was given, rung by rung.</summary>
    public static ChanceHistory Chances(JobRecord record)
    {
        var rungs = record.Rungs.Where(r => !r.Forecasts.IsEmpty).ToArray();
        var forecasts = new Dictionary<TrialId, Forecast?[]>();
        for (var i = 0; i < rungs.Length; i++)
        {
            foreach (var forecast in rungs[i].Forecasts)
            {
                if (!forecasts.TryGetValue(forecast.Trial, out var row)) forecasts.Add(forecast.Trial, row = new Forecast?[rungs.Length]);
                row[i] = forecast;
            }
        }
        return new ChanceHistory(
            record.Version, [.. rungs.Select(r => r.Rung)], [.. rungs.Select(r => r.DecidedAt)],
            [
                .. forecasts.OrderBy(f => f.Key).Select(f => new TrialChances(
                    f.Key, [.. f.Value.Select(v => v?.ProbabilityOfBest)], [.. f.Value.Select(v => v?.ProbabilityOfTarget)])),
            ]);
    }

    private static BaselineOutcome Baseline(BaselineComparison comparison) => new()
    {
        Candidate = comparison.Baseline,
        IsMeasured = comparison.Source == BaselineSource.Measured,
        Unit = comparison.Unit,
        Expected = comparison.Expected,
        Probability = comparison.Probability,
        Actual = comparison.Actual,
        Saved = comparison.Saved,
        Price = comparison.Price,
        Why = comparison.Why,
    };
}
