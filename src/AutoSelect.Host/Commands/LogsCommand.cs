using System.CommandLine;
using AutoSelect.Api.Jobs;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect logs JOB</c></summary>
internal static class LogsCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with lines as they come, until the job has ended." };
        const string Summary = "Prints the lines of the control side's and the devices' logs that name a job.";
        return tree.Bind(new Command("logs", Summary) { job, follow }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var id = (await surroundings.Find(input, parsed.GetValue(job)!)).Id;
            var lines = await input.Connect() is { } client
                ? Ended(client, client.ReadLogs(id, parsed.GetValue(follow), surroundings.Interruption.Requested))
                : new JobLogLines(new ControlPaths(input.Store).Logs, id).Next().ToAsyncEnumerable();
            await foreach (var line in lines) surroundings.Terminal.Output.WriteLine(line);
            return ExitCodes.ObjectiveMet;
        });
    }

    private static async IAsyncEnumerable<string> Ended(IDisposable client, IAsyncEnumerable<string> lines)
    {
        using (client)
            await foreach (var line in lines) yield return line;
    }
}
