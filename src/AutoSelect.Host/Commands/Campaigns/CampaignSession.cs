using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Client;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Host.Reports.Campaigns;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary>Runs a campaign where its jobs are, and shows it.</summary>
internal sealed class CampaignSession(Surroundings surroundings, CommandInput input, CampaignFolder folder)
{
    /// <summary>Device processes to start; null for the job's own number.</summary>
    public int? Devices { get; init; }

    /// <summary>Where the jobs are, as the campaign keeps it: a server's address, or empty for the store.</summary>
    public string Place =>
        input.Server?.Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? "";

    /// <summary>Runs a campaign until it has ended or is paused.</summary>
    /// <param name="name">Which.</param>
    /// <param name="begin">Stores what begins it or sends it on, once nobody else runs it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(string name, Action<CampaignLog> begin)
    {
        using var right = folder.Lock(name);
        var log = folder.Log(name);
        if (CampaignFolder.Read(log) is { } known && known.Place != Place && !known.HasEnded)
        {
            throw new CommandFault(ExitCodes.BadInput, known.Place.Length == 0
                ? $"Campaign '{name}' has its jobs in the store: leave --server out."
                : $"Campaign '{name}' has its jobs on {known.Place}: give --server {known.Place}.");
        }
        begin(log);
        var record = CampaignFolder.Read(log)!;
        var (client, session) = await Open(record);
        await using var _ = session;
        using (client)
        {
            var text = new CampaignText(surroundings.Terminal, input.Json);
            await using var jobs = new ApiCampaignJobs(client, TimeProvider.System);
            var runner = new CampaignRunner(log, jobs, TimeProvider.System)
            {
                Tell = text.Tell,
                Notice = text.Notice,
            };
            record = await Told(() => runner.Run(surroundings.Interruption.Requested));
            CampaignReport.Write(record, folder.Report(name));
            text.Conclude(record, folder.Report(name));
            return CampaignText.ExitCode(record);
        }
    }

    private async Task<(ApiClient Client, IAsyncDisposable? Session)> Open(CampaignRecord record)
    {
        if (await input.Connect() is { } there) return (there, null);
        var devices = Devices ?? (JobTemplate.ProbeDevices(record.Spec.Template) * (record.Spec.Parallel ?? 1));
        var session = await surroundings.Control.Open(new ControlOptions(input.Store, devices), surroundings.Interruption.Requested);
        try
        {
            var own = await RunningProcess.Connect(input.Store)
                ?? throw new EnvironmentFaultException($"The process that has the store {input.Store} open does not answer.");
            return (own, session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static async Task<T> Told<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (PlaceBusyException away)
        {
            throw new CommandFault(ExitCodes.Environment, $"The place where the jobs are is away: {away.Message}");
        }
    }
}
