using AutoSelect.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AutoSelect.Host.Views;

/// <summary>
/// The live picture of a job: header, candidates, latest decisions, costs. Laid out here and not by a table widget, because a
/// cell that wraps makes the picture higher than the terminal, and what scrolls away cannot be redrawn.
/// </summary>
internal static class JobScreen
{
    /// <summary>Header, costs, and a blank line before and after the table.</summary>
    private const int FixedLines = 4;

    /// <param name="record">What to draw.</param>
    /// <param name="width">Columns of the terminal; longer lines are cut.</param>
    /// <param name="height">Lines of the terminal; candidates that do not fit are counted.</param>
    public static IRenderable Draw(JobRecord record, int width, int height)
    {
        // The last column and line stay free: terminals differ in what they do when both are full.
        var (columns, lines) = (Math.Max(20, width - 1), Math.Max(8, height - 1));
        var decisions = Decisions(record, Math.Clamp(lines - FixedLines - 1 - record.Trials.Length, 2, 6)).ToList();
        var table = CandidateTable.Lines(record, columns, lines - FixedLines - decisions.Count);
        IEnumerable<(string Text, Style Style)> all =
        [
            Header(record), ("", Style.Plain), .. table, ("", Style.Plain), .. decisions, Footer(record)
        ];
        return new Rows(all.Select(line => new Text(Cut(line.Text, columns), line.Style)));
    }

    private static string Cut(string text, int width)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= width ? line : string.Concat(line.AsSpan(0, width - 1), "…");
    }

    private static (string, Style) Header(JobRecord record)
    {
        var remaining = RemainingTime.Estimate(record) is { } left ? $", {left}" : "";
        var (id, phase) = (record.Id, record.Phase.ToString().ToLowerInvariant());
        var time = $"{Wording.Duration(record.ElapsedSeconds)}{remaining}";
        return ($"{id}  {Wording.Objective(record.Spec.Objective)}  {phase}  {time}  {record.Spec.Workload.Name}",
            new Style(decoration: Decoration.Bold));
    }

    private static IEnumerable<(string, Style)> Decisions(JobRecord record, int count) => record.Rungs
        .SelectMany(rung => DecisionText.Lines(record, rung, record.Commits.FirstOrDefault(c => c.Rung == rung.Rung)))
        .Where(e => !e.IsRoutine)
        .TakeLast(count)
        .Select(e => ($"{Wording.Duration(e.At),12}  {e.Text}", e.Event == EventNames.Commit ? new Style(Color.Green) : Style.Plain));

    private static (string, Style) Footer(JobRecord record)
    {
        var disk = $"checkpoints {Wording.Size(record.CheckpointBytes)} of {Wording.Size(record.Spec.Checkpoints.DiskLimitBytes)}";
        return record.Notice.Length > 0
            ? ($"{record.Notice}  device time {ProbeCost.Describe(record)}  {disk}", new Style(Color.Yellow))
            : ($"device time {ProbeCost.Describe(record)}  {disk}", new Style(Color.Grey));
    }
}
