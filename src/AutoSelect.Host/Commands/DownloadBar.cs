using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using Spectre.Console;

namespace AutoSelect.Host.Commands;

/// <summary>Shows what is downloaded, on standard error: a bar on a terminal, a line per file elsewhere.</summary>
internal sealed class DownloadBar(Terminal terminal)
{
    public async Task<T> Run<T>(Func<IProgress<DataProgress>, Task<T>> work)
    {
        if (terminal.LiveError is { } console) return await OnTerminal(console, work);
        var seen = new HashSet<string>();
        return await work(new Told(p =>
        {
            lock (seen)
            {
                if (seen.Add(p.What)) terminal.Error.WriteLine(p.Total is { } total ? $"{p.What} ({Wording.Size(total)})" : p.What);
            }
        }));
    }

    private static async Task<T> OnTerminal<T>(IAnsiConsole console, Func<IProgress<DataProgress>, Task<T>> work) =>
        await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(),
                new TransferSpeedColumn())
            .StartAsync(async bars =>
            {
                var tasks = new Dictionary<string, ProgressTask>();
                return await work(new Told(p =>
                {
                    lock (tasks)
                    {
                        if (!tasks.TryGetValue(p.What, out var task)) tasks[p.What] = task = bars.AddTask(Markup.Escape(p.What));
                        task.IsIndeterminate = p.Total is null;
                        task.MaxValue = p.Total ?? Math.Max(1, p.Bytes);
                        task.Value = p.Bytes;
                    }
                }));
            });

    // Progress<T> posts to a thread pool, which reorders.
    private sealed class Told(Action<DataProgress> tell) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => tell(value);
    }
}
