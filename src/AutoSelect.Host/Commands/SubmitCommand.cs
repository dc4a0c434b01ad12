using System.CommandLine;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect submit JOB.yaml</c></summary>
internal static class SubmitCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("JOB.yaml") { Description = "The job file." };
        var options = new SubmissionOptions();
        var id = new Option<string?>("--id")
        {
            Description = "Your own id of the submission: given again with the same file, it gets the same job.",
            HelpName = "ID",
        };
        var follow = new Option<bool>("--follow") { Description = "Follow the job; the exit code is the job's." };
        const string Summary =
            "Gives a job to a server, or to the process that has the store open, and prints its id. Relative paths in the file count from "
            + "the server's folder of files.";
        var command = new Command("submit", Summary)
        {
            file, options.Name, options.Project, options.Priority, options.Label, options.Notify, id, follow,
        };
        return tree.Bind(command, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            using var client = await Connect(input);
            var path = parsed.GetValue(file)!;
            var submission = await options.Read(parsed, path, surroundings.Interruption.Requested) with { Id = parsed.GetValue(id) };
            var submitted = await Told(path, () => client.SubmitJob(submission));
            foreach (var warning in submitted.Warnings)
                surroundings.Terminal.Error.WriteLine($"{path}:{warning.Line}: warning: {warning.Message}");
            if (parsed.GetValue(follow)) return await FollowCommand.Follow(tree.Surroundings, input, submitted.Job, since: 0);
            surroundings.Terminal.Output.WriteLine(
                input.Json ? JsonSerializer.Serialize(submitted, RecordJson.Options) : submitted.Job.Value);
            return ExitCodes.ObjectiveMet;
        });
    }

    /// <exception cref="CommandFault">No process has the store open.</exception>
    public static async Task<ApiClient> Connect(CommandInput input) =>
        await input.Connect() ?? throw new CommandFault(ExitCodes.Environment,
            $"No process has the store {input.Store} open: name a server with --server, or run the job with autoselect run.");

    /// <summary>Turns what is wrong with a job into lines as the command of a store has them.</summary>
    public static async Task<T> Told<T>(string path, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ApiRefusalException refusal) when (!refusal.Errors.IsEmpty)
        {
            var lines = refusal.Errors.Select(e => $"{path}:{e.Line}: {e.Message}");
            throw new CommandFault(ExitCodes.BadInput, string.Join(Environment.NewLine, lines));
        }
    }
}
