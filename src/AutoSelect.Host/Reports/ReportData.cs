using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Storage;

namespace AutoSelect.Host.Reports;

/// <summary>What a report's plots draw: the answers of the API to what the dashboard asks of a job, but with every forecast.</summary>
internal static class ReportData
{
    /// <summary>Most points of a curve, more than a picture can show.</summary>
    private const int Points = 2000;

    public static object FromRecord(JobRecord record)
    {
        var elapsed = Math.Max(record.ElapsedSeconds,
            record.Trials.SelectMany(t => t.Segments).Select(s => s.EndedAt ?? s.StartedAt).DefaultIfEmpty().Max());
        var summary = JobSummaries.FromRecord(record, record.StartedAt) with { ElapsedSeconds = elapsed };
        return new
        {
            Description = RecordAnswers.Description(record, summary),
            Candidates = RecordAnswers.Candidates(record),
            Curves = RecordAnswers.Curves(record, Points, isColumns: true),
            Forecasts = record.Rungs.Select(r => new RungForecasts(r.Rung, r.DecidedAt, r.Forecasts)),
            // What was decided and why stands in the page's own text.
            Decisions = record.Rungs.Select(r => r with { Forecasts = [], Decisions = [], Summary = "" }),
            Chances = JobAnalyses.Chances(record),
            Analysis = JobAnalyses.FromRecord(record),
        };
    }
}
