using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Reports;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Commands;

/// <summary>Follows a job to its end or to a pause, shows it, and leaves its documents.</summary>
internal sealed class JobFollower(Surroundings surroundings, CommandInput input)
{
    /// <param name="session">Where the job runs.</param>
    /// <param name="job">Which.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Follow(IControlSession session, JobId job)
    {
        var view = View();
        JobRecord? last = null;
        var asking = Task.CompletedTask;
        // Off the thread of the signal. The job tells by its events when it has paused, or has ended before it could.
        await using (surroundings.Interruption.Requested.Register(() => asking = Task.Run(() => session.Request(job, JobRequest.Pause()))))
        {
            await view.Run(async show =>
            {
                await foreach (var update in session.Follow(job, CancellationToken.None))
                {
                    last = update.Record;
                    show(update.Record);
                }
            });
        }
        await asking.ContinueWith(_ => { }, TaskScheduler.Default);
        var exitCode = ExitCodes.Of(last!);
        view.Conclude(last!, new Conclusion
        {
            ExitCode = exitCode,
            Report = last!.Outcome is null ? null : JobFolder.WriteDocuments(last),
            ResumeWith = last.Outcome is null ? ResumeWith(last.Id) : null,
        });
        return exitCode;
    }

    private IJobView View()
    {
        var terminal = surroundings.Terminal;
        return input.Json ? new JsonView(terminal.Output)
            : terminal.Live is { } console ? new LiveView(console)
            : new PlainView(terminal.Output);
    }

    private string ResumeWith(JobId job)
    {
        var isDefault = input.Store == StoreLocation.Resolve(null, surroundings.Variable);
        return $"autoselect resume {job}" + (isDefault ? "" : $" --store {input.Store}");
    }
}

/// <summary>The files of a job that people read.</summary>
internal static class JobFolder
{
    /// <summary>Writes report.html and record.json into the job's folder.</summary>
    /// <returns>Path of the report.</returns>
    public static string WriteDocuments(JobRecord record)
    {
        Directory.CreateDirectory(record.Folder);
        File.WriteAllText(Path.Combine(record.Folder, "record.json"), JsonSerializer.Serialize(record, RecordJson.Indented));
        var report = Path.Combine(record.Folder, "report.html");
        HtmlReport.Write(record, report);
        return report;
    }
}
