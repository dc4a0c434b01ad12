using System.CommandLine;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect preview JOB.yaml</c></summary>
internal static class PreviewCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("JOB.yaml") { Description = "The job file." };
        var prior = PriorOption.Create(isShipped: true);
        return tree.Bind(new Command("preview", "Shows candidates and predicted costs of a job without training.") { file, prior },
            async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            if (input.Server is { } server)
            {
                var path = parsed.GetValue(file)!;
                using var client = new ApiClient(server);
                var asked = await SubmissionOptions.ReadFile(path, surroundings.Interruption.Requested);
                Write(surroundings, input, await SubmitCommand.Told(path, () => client.PreviewJob(asked)));
                return ExitCodes.ObjectiveMet;
            }
            var plan = await surroundings.Plan(parsed.GetValue(file)!);
            var earlier = await surroundings.Archive.Earlier(input.Store);
            var sources = new LearningSources(new ControlPaths(input.Store), parsed.IsShipped(prior));
            Write(surroundings, input, JobPreview.FromPlan(plan, earlier, sources.Read(earlier)));
            return ExitCodes.ObjectiveMet;
        });
    }

    private static void Write(Surroundings surroundings, CommandInput input, JobPreview preview)
    {
        if (input.Json) surroundings.Terminal.Output.WriteLine(JsonSerializer.Serialize(preview, RecordJson.Indented));
        else PreviewText.Write(preview, surroundings.Terminal.Output);
    }
}
