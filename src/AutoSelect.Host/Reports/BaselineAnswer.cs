using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Analysis;

namespace AutoSelect.Host.Reports;

/// <summary>What AutoSelect saved or cost against its baseline candidate, in words.</summary>
internal static class BaselineAnswer
{
    public static IEnumerable<AnswerFigure> Figures(JobRecord record, Accounting accounting)
    {
        var comparison = BaselineComparison.FromRecord(record);
        if (comparison is not { Expected: { } expected, Source: not BaselineSource.None })
        {
            yield return new("With the baseline alone", "not known", $"{comparison.Baseline}: {comparison.Why}");
            yield break;
        }
        var objective = record.Spec.Objective;
        string Amount(double x) => comparison.Unit == "s" ? Wording.Duration(x) : Wording.Value(x);
        var measured = comparison.Source == BaselineSource.Measured;
        var what = objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"{comparison.Baseline} to the target",
            ObjectiveKind.BestBy => $"{comparison.Baseline} at the end",
            _ => $"loss of {comparison.Baseline} in seconds",
        };
        yield return new("With the baseline alone", Amount(expected.P50),
            measured ? $"{what}, measured" : $"{what}, a forecast: 90 % interval {Amount(expected.P05)} to {Amount(expected.P95)}");
        if (comparison is { Saved: { } saved, Actual: { } actual }) yield return Verdict(comparison, saved, measured, actual, expected);
        if (comparison.BaselineDeviceSeconds is { } alone && double.IsFinite(alone.P50) && alone.P50 > 0 && record.Outcome is not null)
            yield return new(
                "Device time in all", Wording.Duration(accounting.Total), $"{Wording.Number(accounting.Total / alone.P50, 3)}× the "
                    + $"{Wording.Duration(alone.P50)} of the baseline alone{(measured ? "" : ", a forecast")}");
    }

    private static AnswerFigure Verdict(BaselineComparison comparison, Quantiles saved, bool measured, double actual, Quantiles expected)
    {
        if (double.IsPositiveInfinity(saved.P50))
            return new("Against the baseline", "target reached",
                $"the baseline {(measured ? "did not reach it" : "is forecast to miss it")} within its horizon", "good");
        var gained = saved.P50 >= 0;
        var amount = comparison.Unit == "s" ? Wording.Duration(Math.Abs(saved.P50)) : Wording.Number(Math.Abs(saved.P50), 3);
        var share = comparison.Unit == "s" && expected.P50 > 0 && actual > 0
            ? $"{Wording.Number(expected.P50 / actual, 3)}× as fast as the baseline"
            : "against the baseline";
        string End(double x) => double.IsInfinity(x) ? "no end" : comparison.Unit == "s" ? Wording.Duration(x) : Wording.Number(x, 3);
        var how = measured ? "both measured" : $"a forecast, saved {End(saved.P05)} to {End(saved.P95)} with 90 %";
        var chose = comparison.BaselineWon ? "; the baseline itself was chosen" : "";
        return comparison.Unit == "s"
            ? new(gained ? "Saved" : "Cost", amount, $"{share}; {how}{chose}", gained ? "good" : "bad")
            : new(gained ? "Better by" : "Worse by", amount, $"{share}; {how}{chose}", gained ? "good" : "bad");
    }
}
