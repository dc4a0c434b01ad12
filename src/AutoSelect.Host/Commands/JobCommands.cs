using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Commands;

/// <summary>
/// <c>autoselect pause|cancel|stop|commit|delete JOB</c>: asked of the server, or of the process that has the store open. Where none has,
/// nobody trains: cancel and delete change the store themselves, and the others have nothing to change.
/// </summary>
internal static class JobCommands
{
    public static IEnumerable<Command> Create(CommandTree tree)
    {
        yield return Asking(tree, "pause", "Pauses a job that runs in another terminal; resume goes on with it.", JobRequest.Pause(),
            "asked to pause");
        yield return Asking(tree, "cancel", "Ends a job without a model, in another terminal or where no process runs it.",
            JobRequest.Cancel(), "cancelled");
        yield return OfTrial(tree, "stop", "Gives one trial of a running job up.", t => JobRequest.StopTrial(t), "asked to stop");
        yield return OfTrial(tree, "commit", "Commits a running job to one trial, whatever its policy would do.",
            t => JobRequest.CommitTo(t), "asked to commit to");
        yield return WithJob(tree, "delete", "Removes a job that has ended or is paused, with its folder.", async (_, job) =>
        {
            await job.Control.Delete(job.Record);
            return job.Say("deleted");
        });
    }

    /// <summary>A command about one job, with the place where it is.</summary>
    public static Command WithJob(CommandTree tree, string name, string summary, Func<ParseResult, NamedJob, Task<int>> act)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        return tree.Bind(new Command(name, summary) { job }, async (parsed, input) =>
        {
            var record = await tree.Surroundings.Find(input, parsed.GetValue(job)!);
            using var control = await tree.Surroundings.Connect(input);
            return await act(parsed, new NamedJob(input, record, control, tree.Surroundings.Terminal));
        });
    }

    /// <summary>Has a server go on with a job.</summary>
    public static async Task<int> Resume(CommandTree tree, CommandInput input, JobRecord job)
    {
        using var control = await tree.Surroundings.Connect(input);
        await control.Request(job, JobRequest.Resume());
        return new NamedJob(input, job, control, tree.Surroundings.Terminal).Say("asked to go on");
    }

    private static Command Asking(CommandTree tree, string name, string summary, JobRequest request, string done) =>
        WithJob(tree, name, summary, async (_, job) =>
        {
            await job.Control.Request(job.Record, request);
            return job.Say(done);
        });

    private static Command OfTrial(CommandTree tree, string name, string summary, Func<TrialId, JobRequest> request, string done)
    {
        var trial = new Argument<string>("TRIAL") { Description = "A trial of the job, by its id or its candidate's name." };
        var command = WithJob(tree, name, summary, async (parsed, job) =>
        {
            var id = TrialNames.Find(job.Record, parsed.GetValue(trial)!);
            await job.Control.Request(job.Record, request(id));
            return job.Say($"{done} {id}");
        });
        command.Add(trial);
        return command;
    }
}

/// <summary>The job that a command names, as it is stored, and the place where it is.</summary>
internal sealed record NamedJob(CommandInput Input, JobRecord Record, IControl Control, Terminal Terminal)
{
    /// <summary>Says what was done.</summary>
    /// <returns>The exit code.</returns>
    public int Say(string done)
    {
        var document = new { Job = Record.Id.Value, Done = done };
        Terminal.Output.WriteLine(
            Input.Json ? JsonSerializer.Serialize(document, RecordJson.Options) : $"Job '{Record.Id}': {done}.");
        return ExitCodes.ObjectiveMet;
    }
}
