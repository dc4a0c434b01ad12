using System.CommandLine;
using AutoSelect.Client;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Commands;

/// <summary>The command line of <c>autoselect</c>.</summary>
internal sealed class CommandTree
{
    private Surroundings surroundings;
    private readonly RootCommand root;
    private readonly Option<bool> json = new("--json") { Description = "Write JSON instead of text.", Recursive = true };
    private readonly Option<string?> store = new("--store")
    {
        Description = $"Folder that keeps the jobs; {StoreLocation.Rule}.",
        HelpName = "DIR",
        Recursive = true,
    };
    private readonly Option<string?> server = new("--server")
    {
        Description = $"Address of a server that keeps the jobs, in place of a store; default ${ServerLocation.Variable}; "
            + $"{ServerLocation.KeyRule}.",
        HelpName = "URL",
        Recursive = true,
    };

    public CommandTree(Surroundings surroundings)
    {
        this.surroundings = surroundings;
        root = new RootCommand(
            "Trains candidate training algorithms side by side, forecasts their learning curves and commits to the best.\n\n"
            + $"{ExitCodes.Text}")
        {
            json, store, server,
            RunCommand.Create(this), ResumeCommand.Create(this), FollowCommand.Create(this),
            PreviewCommand.Create(this), ExplainCommand.Create(this),
            ExtendCommand.Create(this), AddCommand.Create(this), QueueCommand.Create(this),
            JobsCommand.Create(this), ShowCommand.Create(this), ReportCommand.Create(this), ExportCommand.Create(this),
            ImportCommand.AddTo(ReplayCommand.Create(this), this), ForecastCommand.Create(this),
            ImportCurvesCommand.Create(this), PriorCommand.Create(this),
            SubmitCommand.Create(this), LogsCommand.Create(this), KeysCommand.Create(this), ProjectsCommand.Create(this),
            AuditCommand.Create(this),
            WorkloadsCommand.Create(this), StrategiesCommand.Create(this), DevicesCommand.Create(this),
            ServeCommand.Create(this), DeviceCommand.Create(this), RetentionCommand.Create(this), DashboardCommand.Create(this),
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
                return await act(parsed, Input(command, parsed));
            }
            catch (Exception fault) when (ExitCodeOf(fault) is { } exitCode)
            {
                var away = fault is HttpRequestException ? "The server cannot be reached: " : "";
                surroundings.Terminal.Error.WriteLine(IsDebugging ? fault.ToString() : away + fault.Message);
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

    /// <summary>
    /// Where the jobs are: on a server where one is named, unless a store is named on the command line and a server is not. What only a
    /// store can do goes by the store, and refuses a server that is named on the command line.
    /// </summary>
    private CommandInput Input(Command command, ParseResult parsed)
    {
        var (folder, address) = (parsed.GetValue(store), parsed.GetValue(server));
        var place = StoreLocation.Resolve(folder, surroundings.Variable);
        if (folder is not null && address is not null)
            throw new CommandFault(ExitCodes.BadInput, "--store and --server: a command works with one of them.");
        var isOfServers = ServerCommands.Contains(command);
        if (!isOfServers && address is not null)
            throw new CommandFault(ExitCodes.BadInput, $"--server is '{address}': {command.Name} works on a store of this machine.");
        try
        {
            if (!isOfServers || folder is not null || ServerLocation.Resolve(address, surroundings.Variable) is not { } found)
                return new CommandInput(place, parsed.GetValue(json));
            surroundings = surroundings with { Archive = new ServerArchive(found) };
            return new CommandInput(place, parsed.GetValue(json)) { Server = found };
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    private bool IsDebugging => surroundings.Variable("AUTOSELECT_DEBUG") == "1";

    private static int? ExitCodeOf(Exception fault) => fault switch
    {
        CommandFault expected => expected.ExitCode,
        QueueFullException => ExitCodes.Environment,
        EnvironmentFaultException or InspectionFailedException or IOException or UnauthorizedAccessException => ExitCodes.Environment,
        ApiRefusalException refused => (int)refused.Status < 500 ? ExitCodes.BadInput : ExitCodes.Environment,
        HttpRequestException => ExitCodes.Environment,
        OperationCanceledException => ExitCodes.Interrupted,
        _ => null,
    };
}
