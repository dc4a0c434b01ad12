using System.Runtime.ExceptionServices;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using Spectre.Console;

namespace AutoSelect.Host.Views;

/// <summary>Redraws the job on a terminal: at most five times a second, however much happens, and always at last.</summary>
internal sealed class LiveView(IAnsiConsole console, TimeProvider time) : IJobView
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(.2);

    public Task Run(Func<Action<JobUpdate>, Task> follow) => Drawing().StartAsync(async live =>
    {
        var picture = new Picture(record =>
        {
            live.UpdateTarget(JobScreen.Draw(record, console.Profile.Width, console.Profile.Height));
            live.Refresh();
        });
        await using (time.CreateTimer(_ => picture.Redraw(), null, Interval, Interval)) await follow(update => picture.Show(update.Record));
        picture.Redraw();
    });

    public void Conclude(JobRecord last, Conclusion conclusion)
    {
        foreach (var line in ConclusionText.Lines(last, conclusion)) console.Profile.Out.Writer.WriteLine(line);
        console.Profile.Out.Writer.Flush();
    }

    private LiveDisplay Drawing() => console.Live(new Text("starting …")).AutoClear(false);

    /// <summary>The newest record, drawn when the timer comes: one that was overtaken is never drawn.</summary>
    private sealed class Picture(Action<JobRecord> draw)
    {
        private readonly Lock drawing = new();
        private JobRecord? next;
        private ExceptionDispatchInfo? fault;

        public void Show(JobRecord record)
        {
            // A timer has nobody to throw to.
            fault?.Throw();
            next = record;
        }

        public void Redraw()
        {
            try
            {
                lock (drawing)
                    if (Interlocked.Exchange(ref next, null) is { } record) draw(record);
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
