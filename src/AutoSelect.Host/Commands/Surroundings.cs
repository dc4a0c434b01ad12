using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary>All that commands need of the world.</summary>
internal sealed record Surroundings
{
    public required IControlFactory Control { get; init; }
    public required IJobArchive Archive { get; init; }
    public required ICatalogueSource Catalogue { get; init; }
    public required Terminal Terminal { get; init; }
    public required Interruption Interruption { get; init; }

    /// <summary>Looks up an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Opens a file in the user's browser; false where there is none.</summary>
    public Func<string, bool> Open { get; init; } = Browser.Open;

    /// <exception cref="CommandFault">The file cannot be read or breaks rules; the message has one line an error.</exception>
    public async Task<JobPlan> Plan(string path)
    {
        var (text, ct) = (await ReadJobFile(path, Interruption.Requested), Interruption.Requested);
        var planning = await new DownloadBar(Terminal).Run(progress => new JobPlanner(Catalogue).Plan(text, progress, ct));
        if (planning.Plan is not { } plan)
            throw new CommandFault(ExitCodes.BadInput, string.Join(System.Environment.NewLine, planning.Errors));
        foreach (var warning in plan.Warnings) Terminal.Error.WriteLine($"{warning.File}:{warning.Line}: warning: {warning.Message}");
        return plan;
    }

    public async Task<Catalogue> InspectCatalogue() =>
        (await Catalogue.Inspect(null, 0, new Progress<DataProgress>(), Interruption.Requested)).Catalogue;

    /// <summary>The place where a command's jobs are: a server, the process that has the store open, or the store itself.</summary>
    public async Task<IControl> Connect(CommandInput input) => await input.Connect() is { } client ? new ServedControl(client)
        : new UnattendedControl(new ControlPaths(input.Store), new JobPlanner(Catalogue), TimeProvider.System);

    public async Task<JobRecord> Find(CommandInput input, string job) =>
        await Archive.Find(input.Store, new JobId(job)) ?? throw new CommandFault(ExitCodes.BadInput, await Unknown(input, job));

    /// <exception cref="CommandFault">The file cannot be read.</exception>
    public static async Task<JobText> ReadJobFile(string path, CancellationToken ct)
    {
        try
        {
            return await JobText.ReadFile(path, ct);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{path}: no such file.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{path}: {fault.Message}");
        }
    }

    private async Task<string> Unknown(CommandInput input, string job)
    {
        var known = (await Archive.List(input.Store)).Select(r => r.Id.Value).ToList();
        return $"Job '{job}' is not in {input.Place}." + (known.Count == 0 ? " The store holds no job." : NearestName.Suggest(job, known));
    }
}

/// <summary>The options every command has.</summary>
/// <param name="Store">Absolute path of the store.</param>
/// <param name="Json">True to write JSON.</param>
internal sealed record CommandInput(string Store, bool Json)
{
    /// <summary>The server that keeps the jobs, in place of the store; null for the store.</summary>
    public ApiAddress? Server { get; init; }

    /// <summary>Where the jobs are, for people.</summary>
    public string Place => Server?.ToString() ?? Store;

    /// <summary>The API of the server, or of the process that has the store open; null where no process has.</summary>
    public async Task<ApiClient?> Connect() => Server is { } server ? new ApiClient(server) : await RunningProcess.Connect(Store);
}
