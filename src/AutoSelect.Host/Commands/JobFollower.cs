using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Commands;

/// <summary>Follows a job to its end or to a pause, shows it, and leaves its documents.</summary>
internal sealed class JobFollower(Surroundings surroundings, CommandInput input)
{
    /// <summary>Number of the last event that is not told; 0 for all.</summary>
    public long Since { get; init; }

    /// <summary>Follows a job that this process runs; Ctrl-C pauses it.</summary>
    /// <param name="session">Where the job runs.</param>
    /// <param name="job">Which.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Follow(IControlSession session, JobId job)
    {
        var view = View();
        JobRecord last;
        var asking = Task.CompletedTask;
        // Off the thread of the signal. The job tells by its events when it has paused, or has ended before it could.
        await using (surroundings.Interruption.Requested.Register(() => asking = Task.Run(() => session.Request(job, JobRequest.Pause()))))
            last = await Show(view, session.Follow(job, CancellationToken.None));
        await asking.ContinueWith(_ => { }, TaskScheduler.Default);
        return Conclude(view, last, last.Outcome is null ? null : JobFolder.WriteDocuments(last, input.Store));
    }

    /// <summary>Shows a job that another process runs, or that nobody does; Ctrl-C ends only the showing.</summary>
    /// <param name="updates">At least one.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Show(IAsyncEnumerable<JobUpdate> updates)
    {
        var view = View();
        return Conclude(view, await Show(view, updates), report: null);
    }

    private static async Task<JobRecord> Show(IJobView view, IAsyncEnumerable<JobUpdate> updates)
    {
        JobRecord? last = null;
        await view.Run(async show =>
        {
            await foreach (var update in updates)
            {
                last = update.Record;
                show(update);
            }
        });
        return last!;
    }

    private int Conclude(IJobView view, JobRecord last, string? report)
    {
        var exitCode = ExitCodes.ForRecord(last);
        var resume = last.Outcome is null ? ResumeWith(last.Id) : null;
        view.Conclude(last, new Conclusion { ExitCode = exitCode, Report = report, ResumeWith = resume });
        return exitCode;
    }

    private IJobView View()
    {
        var terminal = surroundings.Terminal;
        return input.Json ? new JsonView(terminal.Output, Since)
            : terminal.Live is { } console ? new LiveView(console, TimeProvider.System)
            : new PlainView(terminal.Output, Since);
    }

    private string ResumeWith(JobId job)
    {
        var isDefault = input.Store == StoreLocation.Resolve(null, surroundings.Variable);
        return $"autoselect resume {job}" + (isDefault ? "" : $" --store {input.Store}");
    }
}
