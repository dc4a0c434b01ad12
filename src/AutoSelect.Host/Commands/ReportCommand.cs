using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect report JOB</c></summary>
internal static class ReportCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job, ended or not." };
        var open = new Option<bool>("--open") { Description = "Open it in the browser." };
        return tree.Bind(new Command("report", "Writes report.html anew from what is stored.") { job, open }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var path = JobFolder.WriteDocuments(await surroundings.Find(input, parsed.GetValue(job)!), input.Store);
            surroundings.Terminal.Output.WriteLine(input.Json ? JsonSerializer.Serialize(new { Report = path }, RecordJson.Options) : path);
            if (parsed.GetValue(open) && !surroundings.Open(path))
                throw new CommandFault(ExitCodes.Environment, $"No program to open {path} with: open it by hand.");
            return ExitCodes.ObjectiveMet;
        });
    }
}
