using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Sections;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>Puts the sections of a job's report into one page.</summary>
internal static class ReportPage
{
    private const string Script = "report/main.js";

    public static string Render(JobRecord record, JobStanding? standing)
    {
        var page = ReportFrame.Begin(record.Spec.Name, Script);
        AnswerSection.Add(page, record);
        CandidatesSection.Add(page, record, standing);
        ChartSections.AddCurves(page, record);
        ChartSections.AddPlane(page, record);
        ChartSections.AddTimeline(page, record);
        DecisionsSection.Add(page, record);
        CalibrationSection.Add(page, record, Calibration.FromRecord(record));
        AccountingSection.Add(page, record);
        SurroundingsSection.Add(page, record, standing);
        return ReportFrame.End(page, Script, ReportData.FromRecord(record));
    }
}
