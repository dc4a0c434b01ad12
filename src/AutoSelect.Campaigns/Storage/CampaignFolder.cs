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

    /// <summary>
    /// Removes a campaign that failed before it had a job, so that it can begin anew; false for all others. For who has its lock.
    /// </summary>
    public bool RemoveEmpty(CampaignRecord campaign)
    {
        if (campaign.Phase != CampaignPhase.Failed || campaign.Points.Any(p => p.Job is not null)) return false;
        File.Delete(Log(campaign.Spec.Name).Path);
        return true;
    }

    /// <summary>All campaigns, oldest first.</summary>
    /// <param name="damaged">Told of each that cannot be read.</param>
    public ImmutableArray<CampaignRecord> All(Action<string> damaged)
    {
        if (!Directory.Exists(Root)) return [];
        var found = new List<CampaignRecord>();
        foreach (var folder in Directory.EnumerateDirectories(Root))
        {
            try
            {
                if (Find(Path.GetFileName(folder)) is { } record) found.Add(record);
            }
            catch (CampaignDamagedException e)
            {
                damaged(e.Message);
            }
        }
        return [.. found.OrderBy(c => c.BegunAt)];
    }

    /// <summary>A campaign; null where there is none of the name.</summary>
    /// <exception cref="CampaignDamagedException">Its events are not what was written.</exception>
    public CampaignRecord? Find(string name) => Planning.JobFiles.JobName.IsValid(name) ? Read(Log(name)) : null;

    /// <summary>The campaign of a log; null where it has no events.</summary>
    /// <exception cref="CampaignDamagedException">Its events are not what was written.</exception>
    public static CampaignRecord? Read(CampaignLog log)
    {
        try
        {
            return CampaignFold.FromEvents(log.Read());
        }
        catch (InvalidOperationException e)
        {
            throw new CampaignDamagedException($"{log.Path}: {e.Message}", e);
        }
    }
}
