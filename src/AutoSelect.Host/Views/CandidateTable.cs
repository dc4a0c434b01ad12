using AutoSelect.Contracts;
using Spectre.Console;

namespace AutoSelect.Host.Views;

/// <summary>The table of candidates in the live picture, one line a candidate.</summary>
internal static class CandidateTable
{
    /// <param name="record">The job.</param>
    /// <param name="width">Characters of a line; columns are left out until the rest fits.</param>
    /// <param name="rows">Lines at most, the titles included.</param>
    public static IEnumerable<(string Text, Style Style)> Lines(JobRecord record, int width, int rows)
    {
        var trials = Ordered(record).ToList();
        var shown = trials.Count < rows ? trials : trials.Take(Math.Max(1, rows - 2)).ToList();
        var columns = Fitting([.. Columns(record).Select(c => new Cells(c, shown))], width);
        yield return (Line(columns, c => c.Column.Title), new Style(Color.Grey));
        for (var i = 0; i < shown.Count; i++) yield return (Line(columns, c => c.Texts[i]), StyleOf(shown[i].State));
        if (shown.Count < trials.Count) yield return ($"and {trials.Count - shown.Count} more", new Style(Color.Grey));
    }

    /// <param name="Title">Head of the column.</param>
    /// <param name="Cell">A trial's text.</param>
    /// <param name="Worth">Columns of least worth go first where the terminal is narrow.</param>
    /// <param name="IsNumber">Aligned to the right.</param>
    private sealed record Column(string Title, Func<Trial, string> Cell, int Worth, bool IsNumber = false);

    private sealed class Cells(Column column, IReadOnlyList<Trial> trials)
    {
        public Column Column => column;
        public IReadOnlyList<string> Texts { get; } = [.. trials.Select(column.Cell)];
        public int Width => Math.Max(column.Title.Length, Texts.Select(t => t.Length).DefaultIfEmpty(0).Max());
        public string Aligned(string text) => column.IsNumber ? text.PadLeft(Width) : text.PadRight(Width);
    }

    private static List<Cells> Fitting(List<Cells> columns, int width)
    {
        while (columns.Count > 1 && columns.Sum(c => c.Width) + 2 * (columns.Count - 1) > width)
            columns.Remove(columns.MinBy(c => c.Column.Worth)!);
        return columns;
    }

    private static string Line(List<Cells> columns, Func<Cells, string> text) =>
        string.Join("  ", columns.Select(c => c.Aligned(text(c)))).TrimEnd();

    private static IEnumerable<Column> Columns(JobRecord record)
    {
        var direction = record.Spec.Objective.Direction;
        var values = record.Trials.SelectMany(t => t.Curve).Select(p => p.Deliverable(direction)).Where(double.IsFinite).ToList();
        var (low, high) = values.Count == 0 ? (0, 0) : (values.Min(), values.Max());
        yield return new Column("candidate", EventText.Name, 9);
        yield return new Column("state", t => t.State.ToString().ToLowerInvariant(), 8);
        string Epoch(Trial t) => Wording.Epochs(SegmentText.Epoch(record, t, RemainingTime.Step(t)));
        yield return new Column("epoch", t => $"{Epoch(t)}/{Wording.Number(t.Candidate.Schedule.HorizonEpochs)}", 4, IsNumber: true);
        yield return new Column("curve", t => Sparkline.Draw([.. t.Curve.Select(p => p.Deliverable(direction))], low, high, 12), 3);
        yield return new Column(
            record.Spec.Objective.Metric, t => t.Curve.IsEmpty ? "" : Wording.Value(t.Curve[^1].Deliverable(direction)), 7, IsNumber: true);
        yield return new Column(record.Spec.Objective.Kind == ObjectiveKind.FastestTo ? "to target (90 %)" : "at the end (90 %)",
            t => ForecastOf(record, t), 5);
        yield return new Column("P(best)", t => Latest(record, t) is { } f ? Wording.Percent(f.ProbabilityOfBest) : "", 6, IsNumber: true);
        yield return new Column("device", t => t.Segments is [.., { End: SegmentEnd.None } running] ? SegmentText.Devices(running) : "", 1);
        yield return new Column("charged", t => t.ChargedSeconds > 0 ? Wording.Duration(t.ChargedSeconds) : "", 2, IsNumber: true);
    }

    private static string ForecastOf(JobRecord record, Trial trial)
    {
        if (Latest(record, trial) is not { } forecast) return "";
        if (record.Spec.Objective.Kind != ObjectiveKind.FastestTo || forecast.SecondsToTarget is not { } seconds)
            return Wording.Interval(forecast.FinalValue, Wording.Value);
        return double.IsFinite(seconds.P50) ? Wording.Interval(seconds, Wording.Duration)
            : $"unlikely, {Wording.Percent(forecast.ProbabilityOfTarget ?? 0)}";
    }

    private static Forecast? Latest(JobRecord record, Trial trial)
    {
        if (!trial.IsAlive) return null;
        for (var i = record.Rungs.Length - 1; i >= 0; i--)
        {
            if (record.Rungs[i].Forecasts.FirstOrDefault(f => f.Trial == trial.Id) is { } forecast) return forecast;
        }
        return null;
    }

    private static IOrderedEnumerable<Trial> Ordered(JobRecord record) => record.Trials
        .OrderBy(t => t.State switch
        {
            TrialState.Committed or TrialState.Completed => 0,
            TrialState.Running => 1,
            TrialState.Paused => 2,
            TrialState.Waiting => 3,
            TrialState.Stopped => 4,
            _ => 5,
        })
        .ThenByDescending(t => Latest(record, t)?.ProbabilityOfBest ?? 0)
        .ThenBy(t => t.Id);

    private static Style StyleOf(TrialState state) => state switch
    {
        TrialState.Committed or TrialState.Completed => new Style(Color.Green),
        TrialState.Running => new Style(Color.Aqua),
        TrialState.Failed => new Style(Color.Red),
        TrialState.Stopped => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
