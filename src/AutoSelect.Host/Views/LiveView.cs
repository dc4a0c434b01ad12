using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using Spectre.Console;

namespace AutoSelect.Host.Views;

/// <summary>Redraws the job on a terminal at each new record.</summary>
internal sealed class LiveView(IAnsiConsole console) : IJobView
{
    public Task Run(Func<Action<JobRecord>, Task> follow) =>
        console.Live(new Text("starting …")).AutoClear(false).StartAsync(live => follow(record =>
        {
            live.UpdateTarget(JobScreen.Draw(record, console.Profile.Width, console.Profile.Height));
            live.Refresh();
        }));

    public void Conclude(JobRecord last, Conclusion conclusion)
    {
        foreach (var line in ConclusionText.Lines(last, conclusion)) console.Profile.Out.Writer.WriteLine(line);
        console.Profile.Out.Writer.Flush();
    }
}
