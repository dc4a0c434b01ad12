using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Views;

/// <summary>One line an event, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output) : IJobView
{
    private JobRecord? last;

    public Task Run(Func<Action<JobRecord>, Task> follow) => follow(Show);

    public void Conclude(JobRecord record, Conclusion conclusion)
    {
        foreach (var line in ConclusionText.Lines(record, conclusion)) output.WriteLine(line);
        output.Flush();
    }

    private void Show(JobRecord record)
    {
        foreach (var news in RecordDifference.Events(last, record))
        {
            if (news.Decision == nameof(DecisionKind.Continue)) continue;
            output.WriteLine($"{news.At.ToString("0.0", CultureInfo.InvariantCulture),8} s  {news.Text}");
        }
        output.Flush();
        last = record;
    }
}
