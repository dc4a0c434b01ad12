using Orleans.Concurrency;

namespace AutoSelect.Contracts;

/// <summary>
/// One job: its single writer. The key is the job's id. Every call stores what it brings and returns; what the job is and has been is read
/// from the store. Calls without news of their own are hints: the job compares what should be with what is, and a lost one costs a tick.
/// </summary>
[Alias("autoselect.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>
    /// A hint: compare what should be with what is, the leases held among it. A job that is not stored, or has ended, is forgotten again.
    /// </summary>
    [OneWay, Alias("Wake")] Task Wake();

    /// <summary>Stores a request.</summary>
    /// <exception cref="KeyNotFoundException">No such job, or no such trial in it.</exception>
    /// <exception cref="InvalidOperationException">The job or the trial has ended: the message says how.</exception>
    [Alias("Request")] Task Request(JobRequest request);

    /// <summary>
    /// News of a segment, from the grain of its device. Those that come while the job is busy wait, and are stored together by one write;
    /// each is answered once its own are durable.
    /// </summary>
    /// <param name="device">Whose.</param>
    /// <param name="report">The news.</param>
    /// <exception cref="ForeignLeaseException">The job has not given that segment to the device.</exception>
    [AlwaysInterleave, Alias("Report")] Task<ReportReply> Report(DeviceId device, SegmentReport report);

    /// <summary>The same from the grain that stands for a client that trains elsewhere.</summary>
    /// <param name="device">Whose.</param>
    /// <param name="tell">The news.</param>
    /// <exception cref="ForeignLeaseException">The job has not given that segment to the device.</exception>
    /// <exception cref="ArgumentException">The news breaks a rule; the message gives the value and the rule.</exception>
    [Alias("Tell")] Task<TellReply> Tell(DeviceId device, TellCall tell);
}
