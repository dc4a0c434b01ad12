using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;

namespace AutoSelect.Campaigns.Storage;

/// <summary>The campaigns of a store: a folder for each, with its events, its lock and its report.</summary>
/// <param name="store">Absolute path of the store.</param>
/// <param name="time">Clock of events.</param>
internal sealed class CampaignFolder(string store, TimeProvider time)
{
    private string Root => Path.Combine(store, "campaigns");

    /// <summary>The events of a campaign; it need not exist.</summary>
    /// <param name="name">A name as <see cref="CampaignSpec.Name"/> must be.</param>
    public CampaignLog Log(string name) => new(Path.Combine(Root, name, "events.jsonl"), time);

    /// <summary>Where its report is written.</summary>
    public string Report(string name) => Path.Combine(Root, name, "report.html");

    /// <summary>The right to run a campaign, which goes with the process that has it.</summary>
    /// <exception cref="IOException">Another process runs it.</exception>
    public IDisposable Lock(string name)
    {
        Directory.CreateDirectory(Path.Combine(Root, name));
        try
        {
            return new FileStream(Path.Combine(Root, name, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"Campaign '{name}' is run by another process: ask it with autoselect campaigns pause|cancel|extend {name}.", e);
        }
    }

    /// <summary>True where no process runs a campaign.</summary>
    public bool IsFree(string name)
    {
        try
        {
            using (Lock(name)) return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Removes a campaign that failed before it had a job, so that it can begin anew; false for all others.</summary>
    public bool RemoveEmpty(CampaignRecord campaign)
    {
        if (campaign.Phase != CampaignPhase.Failed || campaign.Points.Any(p => p.Job is not null)) return false;
        Directory.Delete(Path.Combine(Root, campaign.Spec.Name), recursive: true);
        return true;
    }

    /// <summary>All campaigns, oldest first.</summary>
    public ImmutableArray<CampaignRecord> All() => !Directory.Exists(Root) ? [] :
    [
        .. Directory.EnumerateDirectories(Root).Select(d => Find(Path.GetFileName(d))).OfType<CampaignRecord>().OrderBy(c => c.BegunAt),
    ];

    /// <summary>A campaign; null where there is none of the name.</summary>
    public CampaignRecord? Find(string name) => Planning.JobFiles.JobName.IsValid(name) ? CampaignFold.FromEvents(Log(name).Read()) : null;
}
