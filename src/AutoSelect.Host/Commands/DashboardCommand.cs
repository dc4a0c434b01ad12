using System.CommandLine;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect dashboard</c></summary>
internal static class DashboardCommand
{
    private const string Summary =
        """
        Opens the dashboard in a browser: of a server where one is named, else of the process that has the store open, else of a process
        of its own that has it open until Ctrl-C and goes on with what is resumed or submitted there.
        """;

    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string?>("JOB") { Description = "The job to show first.", Arity = ArgumentArity.ZeroOrOne };
        var devices = new Option<int>("--devices")
        {
            Description = "Device processes of a process of its own; default 1.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        devices.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var number) && number >= 1))
                result.AddError($"--devices is '{token.Value}': it must be an integer of at least 1.");
        });
        return tree.Bind(new Command("dashboard", Summary) { job, devices }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var path = parsed.GetValue(job) is { } id ? $"/jobs/{(await surroundings.Find(input, id)).Id}" : "/jobs";
            using (var running = await input.Connect())
            {
                if (running is not null)
                {
                    await DashboardLink.Show(surroundings, running, path);
                    return ExitCodes.ObjectiveMet;
                }
            }
            return await Serve(surroundings, input, path, parsed.GetValue(devices));
        });
    }

    private static async Task<int> Serve(Surroundings surroundings, CommandInput input, string path, int devices)
    {
        var interrupted = surroundings.Interruption.Requested;
        await using var session = await surroundings.Control.Open(new ControlOptions(input.Store, devices), interrupted);
        using (var client = await input.Connect() ?? throw new EnvironmentFaultException("The dashboard's own server does not answer."))
            await DashboardLink.Show(surroundings, client, path);
        surroundings.Terminal.Error.WriteLine("Ctrl-C ends it.");
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, interrupted));
        return ExitCodes.ObjectiveMet;
    }
}
