using System.CommandLine;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect logs JOB</c></summary>
internal static class LogsCommand
{
    public static Command Create(CommandTree tree)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with lines as they come, until the job has ended." };
        const string Summary = "Prints the lines of the control side's and the devices' logs that name a job.";
        var command = JobCommands.WithJob(tree, "logs", Summary, async (parsed, job) =>
        {
            var lines = job.Control.Logs(job.Record, parsed.GetValue(follow), tree.Surroundings.Interruption.Requested);
            await foreach (var line in lines) job.Terminal.Output.WriteLine(line);
            return ExitCodes.ObjectiveMet;
        });
        command.Add(follow);
        return command;
    }
}
