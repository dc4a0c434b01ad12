using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Commands;

/// <summary>
/// <c>autoselect pause|cancel|stop|commit|delete JOB</c>: asked of the process that has the store open. Where none has, nobody trains:
/// cancel and delete change the store themselves, and the others have nothing to change.
/// </summary>
internal static class JobCommands
{
    public static IEnumerable<Command> Create(CommandTree tree)
    {
        yield return WithJob(tree, "pause", "Pauses a job that runs in another terminal; resume goes on with it.",
            (_, job) => Ask(tree, job, JobRequest.Pause(), "asked to pause"));
        yield return WithJob(tree, "cancel", "Ends a job without a model, in another terminal or where no process runs it.",
            (_, job) => Cancel(tree, job));
        yield return WithTrial(tree, "stop", "Gives one trial of a running job up.",
            (job, trial) => Ask(tree, job, JobRequest.StopTrial(trial), $"asked to stop {trial}"));
        yield return WithTrial(tree, "commit", "Commits a running job to one trial, whatever its policy would do.",
            (job, trial) => Ask(tree, job, JobRequest.CommitTo(trial), $"asked to commit to {trial}"));
        yield return WithJob(tree, "delete", "Removes a job that has ended or is paused, with its folder.", (_, job) => Delete(tree, job));
    }

    private static Command WithJob(CommandTree tree, string name, string summary, Func<ParseResult, Named, Task<int>> act)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        return tree.Bind(new Command(name, summary) { job }, async (parsed, input) =>
        {
            var record = await tree.Surroundings.Find(input, parsed.GetValue(job)!);
            return await Refusable(() => act(parsed, new Named(input, record)));
        });
    }

    private static Command WithTrial(CommandTree tree, string name, string summary, Func<Named, TrialId, Task<int>> act)
    {
        var trial = new Argument<string>("TRIAL") { Description = "A trial of the job, by its id or its candidate's name." };
        var command = WithJob(tree, name, summary, (parsed, job) => act(job, TrialNames.Find(job.Record, parsed.GetValue(trial)!)));
        command.Add(trial);
        return command;
    }

    private static async Task<int> Ask(CommandTree tree, Named job, JobRequest request, string done)
    {
        using var running = await ApiClient.Connect(job.Input.Store)
            ?? throw new CommandFault(ExitCodes.BadInput, $"Job '{job.Record.Id}' does not run: {Unattended(job.Record)}");
        await running.Request(job.Record.Id, request);
        return Say(tree, job, done);
    }

    private static async Task<int> Cancel(CommandTree tree, Named job)
    {
        using var running = await ApiClient.Connect(job.Input.Store);
        if (running is not null) await running.Request(job.Record.Id, JobRequest.Cancel());
        else JobFolder.WriteDocuments(await Unattended(job).Cancel(job.Record.Id), job.Input.Store);
        return Say(tree, job, "cancelled");
    }

    private static async Task<int> Delete(CommandTree tree, Named job)
    {
        using var running = await ApiClient.Connect(job.Input.Store);
        if (running is not null) await running.Delete(job.Record.Id);
        else await Unattended(job).Delete(job.Record.Id);
        return Say(tree, job, "deleted");
    }

    /// <summary>Why nobody trains for a job of a store that no process has open.</summary>
    public static string Unattended(JobRecord record) => record.Outcome is { } outcome ? $"it has ended: {outcome.Summary}"
        : $"no process has its store open; autoselect resume {record.Id} goes on with it.";

    private static UnattendedJobs Unattended(Named job) => new(new ControlPaths(job.Input.Store), TimeProvider.System);

    private static int Say(CommandTree tree, Named job, string done)
    {
        var output = tree.Surroundings.Terminal.Output;
        var document = new { Job = job.Record.Id.Value, Done = done };
        output.WriteLine(job.Input.Json ? JsonSerializer.Serialize(document, RecordJson.Options) : $"Job '{job.Record.Id}': {done}.");
        return ExitCodes.ObjectiveMet;
    }

    private static async Task<int> Refusable(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (ApiRefusalException refusal)
        {
            throw new CommandFault((int)refusal.Status < 500 ? ExitCodes.BadInput : ExitCodes.Environment, refusal.Message);
        }
        catch (Exception refusal) when (refusal is KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandFault(ExitCodes.BadInput, refusal.Message);
        }
        catch (HttpRequestException gone)
        {
            throw new CommandFault(ExitCodes.Environment, $"The process that has the store open went away: {gone.Message}");
        }
    }

    /// <summary>The job that a command names, as it is stored.</summary>
    private sealed record Named(CommandInput Input, JobRecord Record);
}
