using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AutoSelect.Host.Views;

/// <summary>The live picture of a job: header, candidates, latest decisions, costs.</summary>
internal static class JobScreen
{
    private const int LinesAround = 9;

    /// <param name="record">What to draw.</param>
    /// <param name="width">Columns of the terminal; narrow ones get fewer table columns.</param>
    /// <param name="height">Lines of the terminal; what does not fit is counted.</param>
    public static IRenderable Draw(JobRecord record, int width, int height)
    {
        var decisions = Decisions(record, Math.Clamp(height - LinesAround - record.Trials.Length, 2, 6)).ToList();
        var rows = Math.Max(3, height - LinesAround - decisions.Count);
        return new Rows([Header(record), CandidateTable.Draw(record, width, rows), .. decisions, Footer(record)]);
    }

    private static Text Header(JobRecord record)
    {
        var remaining = RemainingTime.Of(record) is { } seconds ? $", about {Quantities.Time(seconds)} left" : "";
        return Line($"{record.Id}  {record.Spec.Workload.Name}  {Figures.Goal(record.Spec.Objective)}  {record.Phase.ToString().ToLowerInvariant()}  {Quantities.Time(record.ElapsedSeconds)}{remaining}",
            new Style(decoration: Decoration.Bold));
    }

    private static IEnumerable<IRenderable> Decisions(JobRecord record, int count)
    {
        var lines = RecordDifference.Events(null, record)
            .Where(e => e.Event is JobEventNames.Rung or JobEventNames.Decision or JobEventNames.Commit)
            .Where(e => e.Decision is not (nameof(DecisionKind.Continue) or nameof(DecisionKind.Commit)))
            .TakeLast(count);
        return lines.Select(e => Line($"{Quantities.Time(e.At),6}  {e.Text}", e.Event == JobEventNames.Commit ? new Style(Color.Green) : Style.Plain));
    }

    private static Text Footer(JobRecord record)
    {
        var disk = $"checkpoints {Quantities.Size(record.CheckpointBytes)} of {Quantities.Size(record.Spec.Checkpoints.DiskLimitBytes)}";
        var notice = record.Notice.Length > 0 ? $"  {record.Notice}" : "";
        return Line($"probe cost {ProbeCost.Of(record)}  {disk}{notice}", record.Notice.Length > 0 ? new Style(Color.Yellow) : new Style(Color.Grey));
    }

    private static Text Line(string text, Style style) => new(text, style) { Overflow = Overflow.Ellipsis };
}
