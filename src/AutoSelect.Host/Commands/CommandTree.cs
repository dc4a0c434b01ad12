using System.CommandLine;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Commands;

/// <summary>The command line of <c>autoselect</c>.</summary>
internal sealed class CommandTree
{
    private readonly Surroundings surroundings;
    private readonly RootCommand root;
    private readonly Option<bool> json = new("--json") { Description = "Write JSON instead of text.", Recursive = true };
    private readonly Option<string?> store = new("--store")
    {
        Description = $"Folder that keeps the jobs; {StoreLocation.Rule}.",
        HelpName = "DIR",
        Recursive = true,
    };

    public CommandTree(Surroundings surroundings)
    {
        this.surroundings = surroundings;
        root = new RootCommand(
            "Trains candidate training algorithms side by side, forecasts their learning curves and commits to the best.\n\n"
            + $"{ExitCodes.Text}")
        {
            json, store,
            RunCommand.Create(this), ResumeCommand.Create(this), FollowCommand.Create(this),
            PreviewCommand.Create(this), ExplainCommand.Create(this),
            JobsCommand.Create(this), ShowCommand.Create(this), ReportCommand.Create(this), ExportCommand.Create(this),
            ImportCommand.AddTo(ReplayCommand.Create(this), this), ForecastCommand.Create(this),
            ImportCurvesCommand.Create(this), PriorCommand.Create(this),
            WorkloadsCommand.Create(this), StrategiesCommand.Create(this), DevicesCommand.Create(this),
            ServeCommand.Create(this),
        };
        foreach (var command in JobCommands.Create(this)) root.Add(command);
    }

    public Surroundings Surroundings => surroundings;

    /// <summary>Parses and runs; never throws for what a user can cause.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(string[] arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) surroundings.Terminal.Error.WriteLine(error.Message);
            surroundings.Terminal.Error.WriteLine("Try --help.");
            return ExitCodes.BadInput;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = surroundings.Terminal.Output,
            Error = surroundings.Terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        }, CancellationToken.None);
    }

    /// <summary>Gives a command its action, with the options all commands have and faults turned into messages and exit codes.</summary>
    public Command Bind(Command command, Func<ParseResult, CommandInput, Task<int>> act)
    {
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                return await act(
                    parsed, new CommandInput(StoreLocation.Resolve(parsed.GetValue(store), surroundings.Variable), parsed.GetValue(json)));
            }
            catch (Exception fault) when (ExitCodeOf(fault) is { } exitCode)
            {
                surroundings.Terminal.Error.WriteLine(IsDebugging ? fault.ToString() : fault.Message);
                return exitCode;
            }
            catch (Exception fault) when (!IsDebugging)
            {
                surroundings.Terminal.Error.WriteLine(
                    $"Unexpected {fault.GetType().Name}: {fault.Message} Set AUTOSELECT_DEBUG=1 to see where.");
                return ExitCodes.JobFailed;
            }
        });
        return command;
    }

    private bool IsDebugging => surroundings.Variable("AUTOSELECT_DEBUG") == "1";

    private static int? ExitCodeOf(Exception fault) => fault switch
    {
        CommandFault expected => expected.ExitCode,
        EnvironmentFaultException or InspectionFailedException or IOException or UnauthorizedAccessException => ExitCodes.Environment,
        OperationCanceledException => ExitCodes.Interrupted,
        _ => null,
    };
}
