using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Views;

/// <summary>One line an event, for logs and pipes.</summary>
/// <param name="output">Where to.</param>
/// <param name="since">Number of the last event that is not told; 0 for all.</param>
internal sealed class PlainView(TextWriter output, long since = 0) : IJobView
{
    private readonly EventReader events = new(since);

    public Task Run(Func<Action<JobUpdate>, Task> follow) => follow(Show);

    public void Conclude(JobRecord record, Conclusion conclusion)
    {
        foreach (var line in ConclusionText.Lines(record, conclusion)) output.WriteLine(line);
        output.Flush();
    }

    private void Show(JobUpdate update)
    {
        foreach (var news in events.Read(update))
        {
            if (news.IsRoutine) continue;
            output.WriteLine($"{news.At.ToString("0.0", CultureInfo.InvariantCulture),8} s  {news.Text}");
        }
        output.Flush();
    }
}
