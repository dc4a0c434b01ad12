using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Reports;

/// <summary>What the baseline alone would have made of the objective, and what AutoSelect saved or cost against it.</summary>
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
        yield return Alone(comparison, expected, record.Spec.Objective);
        if (comparison is { Saved: { } saved, Actual: not null } && double.IsFinite(saved.P50))
            yield return Gain(comparison, saved, expected);
        if (comparison is { Price: { } price, BaselineDeviceSeconds: { } alone } && record.Outcome is not null)
            yield return new(
                "Device time in all", Wording.Duration(accounting.Total),
                $"{Wording.Number(price, 2)} times the {Wording.Duration(alone.P50)} of the baseline alone"
                    + (comparison.Source == BaselineSource.Measured ? "" : ", a forecast")
                    + (accounting.Writing > 0 ? "; writing the answer counts for neither" : ""));
    }

    private static AnswerFigure Alone(BaselineComparison comparison, Quantiles expected, Objective objective)
    {
        string Amount(double x) => comparison.Unit == "s" ? Wording.Duration(x) : Wording.Value(x);
        var measured = comparison.Source == BaselineSource.Measured;
        var what = objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"{comparison.Baseline} to the target",
            ObjectiveKind.BestBy => $"{comparison.Baseline} at the end",
            _ => $"loss of {comparison.Baseline} in seconds",
        };
        if (measured)
            return new("With the baseline alone", double.IsFinite(expected.P50) ? Amount(expected.P50) : "not reached",
                $"{what}, measured in its lane{(double.IsFinite(expected.P50) ? "" : " to the end of its run")}");
        return new("With the baseline alone", double.IsFinite(expected.P50) ? Amount(expected.P50) : "probably not reached",
            $"{what}, a forecast: {ForecastText.Range(expected, Amount)}{ForecastText.AtAll(comparison.Probability)}");
    }

    private static AnswerFigure Gain(BaselineComparison comparison, Quantiles saved, Quantiles expected)
    {
        if (comparison.BaselineWon && Math.Abs(saved.P50) < Verdict.Same * Math.Abs(expected.P50))
            return new("Saved", "nothing", "the baseline itself was chosen");
        var isTime = comparison.Unit == "s";
        var gained = saved.P50 >= 0;
        string End(double x) => isTime ? Wording.Duration(x) : Wording.Number(x, 3);
        var how = comparison.Source == BaselineSource.Measured ? "both measured"
            : double.IsFinite(saved.P95) ? $"a forecast: {End(saved.P05)} to {End(saved.P95)} with 90 %"
            : $"a forecast: {End(saved.P05)} or more with 95 %";
        var chose = comparison.BaselineWon ? "; the baseline itself was chosen" : "";
        return new(isTime ? gained ? "Saved" : "Cost" : gained ? "Better by" : "Worse by", End(Math.Abs(saved.P50)),
            $"against the baseline alone; {how}{chose}", gained ? "good" : "bad");
    }
}
