namespace AutoSelect.Contracts;

/// <summary>One job: its single writer. The key is the job's id.</summary>
[Alias("autoselect.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Stores the job and starts its loop. Submitting the same job again changes nothing.</summary>
    [Alias("Submit")] Task Submit(JobSpec spec, string folder);

    /// <summary>Goes on with a job that was paused or whose control process ended.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    [Alias("Resume")] Task Resume();

    /// <summary>Interrupts all segments with a checkpoint; returns when they have ended or their leases have expired.</summary>
    [Alias("Pause")] Task Pause();

    [Alias("GetRecord")] Task<JobRecord?> GetRecord();

    /// <summary>News of a segment, from the grain of its device.</summary>
    [Alias("Report")] Task<ReportReply> Report(SegmentReport report);

    /// <summary>The pool has taken the lease back because the device fell silent.</summary>
    [Alias("LeaseLost")] Task LeaseLost(Lease lease, string reason);

    /// <summary>A device has come free that the job may want.</summary>
    [Alias("DevicesChanged")] Task DevicesChanged();
}
