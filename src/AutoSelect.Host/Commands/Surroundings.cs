using AutoSelect.Contracts;
using AutoSelect.Host.Control;

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

    public JobPlanner Planner => new(Catalogue, new DownloadBar(Terminal));

    public async Task<Catalogue> InspectCatalogue() =>
        (await Catalogue.Inspect(null, 0, new DownloadBar(Terminal).Silent, Interruption.Requested)).Catalogue;

    public JobRecord Find(CommandInput input, string job) =>
        Archive.Find(input.Store, new JobId(job)) ?? throw new CommandFault(ExitCodes.BadInput, Unknown(input.Store, job));

    private string Unknown(string store, string job)
    {
        var known = Archive.List(store).Select(r => r.Id.Value).ToList();
        return $"Job '{job}' is not in {store}." + (known.Count == 0 ? " The store holds no job." : JobFiles.NearestName.Suggest(job, known));
    }
}

/// <summary>The options every command has.</summary>
/// <param name="Store">Absolute path of the store.</param>
/// <param name="Json">True to write JSON.</param>
internal sealed record CommandInput(string Store, bool Json);
