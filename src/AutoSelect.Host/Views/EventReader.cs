using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Views;

/// <summary>Reads the news of a job in order and makes lines of them.</summary>
/// <param name="since">Number of the last event that has been told already; 0 to tell everything.</param>
internal sealed class EventReader(long since = 0)
{
    private JobRecord? record;
    private string told = "";

    /// <param name="update">The events that follow those read before, from the first on.</param>
    public IEnumerable<EventLine> Read(JobUpdate update)
    {
        foreach (var e in update.Events)
        {
            var before = record;
            record = JobFold.Apply(before, e);
            foreach (var line in Lines(e, before, record))
                if (e.Number > since) yield return line;
        }
        if (IsNews(update.Record)) yield return EventText.Line(update.Record, EventNames.Notice, update.Record.Notice);
    }

    private IEnumerable<EventLine> Lines(JobEvent e, JobRecord? before, JobRecord after)
    {
        foreach (var line in EventText.Lines(e, before, after)) yield return line with { Number = e.Number };
        // What a request says is told with it.
        if (IsNews(after) && e.Change is not JobRequested)
            yield return EventText.Line(after, EventNames.Notice, after.Notice) with { Number = e.Number };
    }

    private bool IsNews(JobRecord noticed)
    {
        if (noticed.Notice == told) return false;
        told = noticed.Notice;
        return told.Length > 0;
    }
}
