using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Reports;

/// <summary>
/// One sentence on a job that has ended with an answer: what it came to, by how much sooner or later than its baseline alone, and at what
/// price in device time. What was measured of the baseline is told as a fact, and what was forecast with interval and probability.
/// </summary>
internal static class Verdict
{
    /// <summary>Shares within which two times are called the same.</summary>
    public const double Same = .005;

    /// <param name="record">With an outcome that names a winner.</param>
    public static string Sentence(JobRecord record)
    {
        var (outcome, objective) = (record.Outcome!, record.Spec.Objective);
        var comparison = BaselineComparison.FromRecord(record);
        var name = record[outcome.Winner!.Value].Candidate.Name;
        if (outcome.Value is null) return outcome.Summary;
        if (comparison.BaselineWon) name += ", the baseline";
        if (objective.Kind == ObjectiveKind.FastestTo && outcome.SecondsToTarget is null)
            return $"Did not reach {Target(objective)}: {name} ended with {Wording.Value(outcome.Value)}{OfMiss(comparison)}.";
        var late = outcome.SecondsToTarget > objective.DeadlineSeconds
            ? $", later than the deadline of {Wording.Duration(objective.DeadlineSeconds.Value)}" : "";
        var what = objective.Kind == ObjectiveKind.FastestTo
            ? $"Reached {Target(objective)} after {Wording.Duration(outcome.SecondsToTarget!.Value)}{late}, with {name}"
            : $"Ended with {objective.Metric} {Wording.Value(outcome.Value)} after "
                + $"{Wording.Duration(BaselineFigure.TrainedUntil(record))}, with {name}";
        return what + Compared(record, comparison, objective) + ".";
    }

    private static string Target(Objective objective) => $"{objective.Metric} {Wording.Number(objective.Target ?? double.NaN)}";

    private static string Compared(JobRecord record, BaselineComparison comparison, Objective objective)
    {
        if (comparison is not { Expected: { } alone, Actual: { } actual })
            return $"{Price(comparison, record)}; what {comparison.Baseline} alone would have made of it is not known: {comparison.Why}";
        var measured = comparison.Source == BaselineSource.Measured;
        var price = Price(comparison, record);
        if (comparison.BaselineWon && measured) return $": {Delay(comparison, objective, alone.P50, actual)} (measured in its lane){price}";
        if (objective.Kind != ObjectiveKind.FastestTo)
            return $": {Difference(comparison, measured)} {comparison.Baseline} alone ({Figure(comparison, alone)}){price}";
        if (double.IsFinite(alone.P50))
            return $": {Ratio(alone.P50 / actual)} {comparison.Baseline} alone ({Figure(comparison, alone)}){price}";
        return measured
            ? $"; {comparison.Baseline} alone did not reach it in its whole run ({OfRun(comparison)}, measured in its lane){price}"
            : $"{price}; {comparison.Baseline} alone is forecast to reach it with {Wording.Percent(comparison.Probability ?? 0)}";
    }

    /// <summary>The baseline's figure with where it comes from: an interval and a probability where it is a forecast.</summary>
    public static string Figure(BaselineComparison comparison, Quantiles alone)
    {
        string Amount(double x) => comparison.Unit == "s" ? Wording.Duration(x) : Wording.Value(x);
        if (comparison.Source == BaselineSource.Measured) return $"{Amount(alone.P50)}, measured in its lane";
        return $"forecast {Amount(alone.P50)}; {ForecastText.Range(alone, Amount)}{ForecastText.AtAll(comparison.Probability)}";
    }

    private static string OfRun(BaselineComparison comparison) =>
        $"{Wording.Duration(comparison.BaselineDeviceSeconds!.P50)} of device time";

    private static string OfMiss(BaselineComparison comparison) => comparison switch
    {
        { BaselineWon: true } => "",
        { Expected: null } => $"; what {comparison.Baseline} alone would have made of it is not known: {comparison.Why}",
        { Source: BaselineSource.Measured, Expected.P50: double.PositiveInfinity } =>
            $"; {comparison.Baseline} alone did not either in its whole run (measured in its lane)",
        { Source: BaselineSource.Measured } => $"; {comparison.Baseline} alone would have ({Figure(comparison, comparison.Expected)})",
        _ => $"; {comparison.Baseline} alone is forecast to reach it with {Wording.Percent(comparison.Probability ?? 0)}",
    };

    private static string Ratio(double ratio) => Math.Abs(ratio - 1) < Same ? "as soon as"
        : ratio > 1 ? $"{Wording.Number(ratio, 3)} times as fast as" : $"{Wording.Number(1 / ratio, 3)} times as long as";

    private static string Difference(BaselineComparison comparison, bool measured)
    {
        var better = comparison.Saved!.P50;
        var amount = comparison.Unit == "s" ? Wording.Duration(Math.Abs(better)) : Wording.Number(Math.Abs(better), 2);
        return $"{(better >= 0 ? "better" : "worse")} by {(measured ? "" : "about ")}{amount} than";
    }

    /// <summary>What the job lost where its baseline turned out to be the best.</summary>
    private static string Delay(BaselineComparison comparison, Objective objective, double alone, double actual)
    {
        if (objective.Kind == ObjectiveKind.BestBy)
            return comparison.Saved!.P50 < 0 ? $"worse by {Wording.Number(-comparison.Saved.P50, 3)} than alone" : "as good as alone";
        var later = actual - alone;
        return later <= Same * alone ? "as soon as alone" : $"{Wording.Duration(later)} later than alone";
    }

    private static string Price(BaselineComparison comparison, JobRecord record)
    {
        if (comparison.Price is { } price)
        {
            var about = comparison.Source == BaselineSource.Measured ? "" : "about ";
            if (Math.Abs(price - 1) < Same) return $", for {about}as much device time";
            var whole = comparison is { Source: BaselineSource.Measured, Expected.P50: double.PositiveInfinity };
            return $", for {about}{Wording.Number(price, 2)} times {(whole ? "the device time of that run" : "its device time")}";
        }
        return $", for {Wording.Duration(record.ChargedSeconds)} of device time";
    }
}
