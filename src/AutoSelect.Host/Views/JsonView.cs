using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Views;

/// <summary>One JSON object a line: every event, and a summary at the end.</summary>
/// <param name="output">Where to.</param>
/// <param name="since">Number of the last event that is not told; 0 for all.</param>
internal sealed class JsonView(TextWriter output, long since = 0) : IJobView
{
    private readonly EventReader events = new(since);

    public Task Run(Func<Action<JobUpdate>, Task> follow) => follow(Show);

    public void Conclude(JobRecord record, Conclusion conclusion) => Write(new
    {
        Event = "summary",
        Number = record.Version,
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

    private void Show(JobUpdate update)
    {
        foreach (var news in events.Read(update)) Write(news);
    }

    private void Write<T>(T line)
    {
        output.WriteLine(JsonSerializer.Serialize(line, RecordJson.Options));
        output.Flush();
    }
}
