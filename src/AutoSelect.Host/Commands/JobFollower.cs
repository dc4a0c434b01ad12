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
    /// <param name="first">The job's first record.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Follow(IControlSession session, JobRecord first)
    {
        var view = View();
        var last = first;
        await view.Run(async show =>
        {
            show(first);
            await foreach (var record in Records(session, first.Id))
            {
                last = record;
                show(record);
            }
        });
        var exitCode = ExitCodes.Of(last);
        view.Conclude(last, new Conclusion
        {
            ExitCode = exitCode,
            Report = last.Outcome is null ? null : JobFolder.WriteDocuments(last),
            ResumeWith = last.Outcome is null ? ResumeWith(last.Id) : null,
        });
        return exitCode;
    }

    /// <summary>Records until the job ends; an interruption pauses the job and ends with the record of the pause.</summary>
    private async IAsyncEnumerable<JobRecord> Records(IControlSession session, JobId job)
    {
        using var watching = new CancellationTokenSource();
        JobRecord? paused = null;
        Exception? fault = null;
        var pausing = Task.CompletedTask;
        async Task Pause()
        {
            try
            {
                paused = await session.Pause(job, CancellationToken.None);
            }
            catch (Exception refused)
            {
                fault = refused;
            }
            await watching.CancelAsync();
        }
        // Off the thread of the signal: a handler must not wait for a segment to write its checkpoint.
        await using (surroundings.Interruption.Requested.Register(() => pausing = Task.Run(Pause)))
        {
            await using var records = session.Watch(job, watching.Token).GetAsyncEnumerator(watching.Token);
            while (await Next(records)) yield return records.Current;
        }
        await pausing;
        if (fault is not null) throw fault;
        if (paused is not null) yield return paused;
    }

    private static async Task<bool> Next(IAsyncEnumerator<JobRecord> records)
    {
        try
        {
            return await records.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
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
