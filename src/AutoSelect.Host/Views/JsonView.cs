using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>One JSON object a line: every event, and a summary at the end.</summary>
internal sealed class JsonView(TextWriter output) : IJobView
{
    private JobRecord? last;

    public Task Run(Func<Action<JobRecord>, Task> follow) => follow(Show);

    public void Conclude(JobRecord record, Conclusion conclusion) => Write(new
    {
        Event = "summary",
        At = record.ElapsedSeconds,
        Job = record.Id.Value,
        record.Phase,
        conclusion.ExitCode,
        record.Outcome?.ObjectiveMet,
        Winner = record.Outcome?.Winner?.Value,
        Candidate = record.Outcome?.Winner is { } winner ? record[winner].Candidate.Name : null,
        record.Outcome?.Value,
        record.Outcome?.TestValue,
        record.Outcome?.SecondsToTarget,
        record.Outcome?.FinalWeights,
        record.Outcome?.Summary,
        record.ProbeSeconds,
        record.ChargedSeconds,
        conclusion.Report,
        conclusion.ResumeWith,
        record.Folder,
    });

    private void Show(JobRecord record)
    {
        foreach (var news in RecordDifference.Events(last, record)) Write(news);
        last = record;
    }

    private void Write<T>(T line)
    {
        output.WriteLine(JsonSerializer.Serialize(line, RecordJson.Options));
        output.Flush();
    }
}
