using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using Spectre.Console;

namespace AutoSelect.Host.Views;

/// <summary>The table of candidates in the live picture.</summary>
internal static class CandidateTable
{
    public static Table Draw(JobRecord record, int width, int rows)
    {
        var columns = Columns(record, width);
        var table = new Table { Border = TableBorder.Simple, ShowFooters = false };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Title)) { NoWrap = true, Padding = new Padding(0, 0, 1, 0), Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        }
        var shown = Ordered(record).ToList();
        foreach (var trial in shown.Take(rows)) table.AddRow(columns.Select(c => new Text(c.Cell(trial), Style(trial.State)) { Overflow = Overflow.Ellipsis }));
        if (shown.Count > rows) table.Caption = new TableTitle($"and {shown.Count - rows} more");
        return table;
    }

    private sealed record Column(string Title, Func<Trial, string> Cell, bool IsNumber = false);

    private static List<Column> Columns(JobRecord record, int width)
    {
        var direction = record.Spec.Objective.Direction;
        var values = record.Trials.SelectMany(t => t.Curve).Select(p => p.Deliverable(direction)).Where(double.IsFinite).ToList();
        var (low, high) = values.Count == 0 ? (0, 0) : (values.Min(), values.Max());
        string Curve(Trial t) => Sparkline.Draw([.. t.Curve.Select(p => p.Deliverable(direction))], low, high, width >= 120 ? 16 : 8);
        var columns = new List<Column>
        {
            new("candidate", RecordDifference.Name),
            new("state", t => t.State.ToString().ToLowerInvariant()),
            new("epoch", t => $"{Figures.Epochs(SegmentEvents.Epoch(record, t, RemainingTime.Step(t)))}/{Figures.Chosen(t.Candidate.Schedule.HorizonEpochs)}", IsNumber: true),
            new("curve", Curve),
            new(record.Spec.Objective.Metric, t => t.Curve.IsEmpty ? "" : Figures.Value(t.Curve[^1].Deliverable(direction)), IsNumber: true),
            new(record.Spec.Objective.Kind == ObjectiveKind.FastestTo ? "to target (90 %)" : "at the end (90 %)", t => ForecastOf(record, t)),
            new("P(best)", t => Latest(record, t) is { } f ? Figures.Percent(f.ProbabilityOfBest) : "", IsNumber: true),
        };
        if (width >= 110) columns.Add(new("device", t => t.Segments is [.., { End: SegmentEnd.None } running] ? running.Device.Value : ""));
        if (width >= 90) columns.Add(new("charged", t => t.ChargedSeconds > 0 ? Quantities.Time(t.ChargedSeconds) : "", IsNumber: true));
        if (width < 76) columns.RemoveAt(3);
        return columns;
    }

    private static string ForecastOf(JobRecord record, Trial trial)
    {
        if (Latest(record, trial) is not { } forecast) return "";
        if (record.Spec.Objective.Kind != ObjectiveKind.FastestTo || forecast.SecondsToTarget is not { } seconds) return Figures.Interval(forecast.FinalValue, Figures.Value);
        return double.IsFinite(seconds.P50) ? Figures.Interval(seconds, Quantities.Time) : $"unlikely, {Figures.Percent(forecast.ProbabilityOfTarget ?? 0)}";
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

    private static Style Style(TrialState state) => state switch
    {
        TrialState.Committed or TrialState.Completed => new Style(Color.Green),
        TrialState.Running => new Style(Color.Aqua),
        TrialState.Failed => new Style(Color.Red),
        TrialState.Stopped => new Style(Color.Grey),
        _ => Spectre.Console.Style.Plain,
    };
}
