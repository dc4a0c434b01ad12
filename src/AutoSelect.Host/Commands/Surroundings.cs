using AutoSelect.Contracts;
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

    public async Task<JobRecord> Find(CommandInput input, string job) =>
        await Archive.Find(input.Store, new JobId(job)) ?? throw new CommandFault(ExitCodes.BadInput, await Unknown(input.Store, job));

    private static async Task<JobText> ReadJobFile(string path, CancellationToken ct)
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

    private async Task<string> Unknown(string store, string job)
    {
        var known = (await Archive.List(store)).Select(r => r.Id.Value).ToList();
        return $"Job '{job}' is not in {store}." + (known.Count == 0 ? " The store holds no job." : NearestName.Suggest(job, known));
    }
}

/// <summary>The options every command has.</summary>
/// <param name="Store">Absolute path of the store.</param>
/// <param name="Json">True to write JSON.</param>
internal sealed record CommandInput(string Store, bool Json);
