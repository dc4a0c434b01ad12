using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>A report that has not been answered yet.</summary>
/// <param name="device">Whose.</param>
/// <param name="report">The news.</param>
internal sealed class WaitingReport(DeviceId device, SegmentReport report)
{
    private readonly TaskCompletionSource<ReportReply> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeviceId Device => device;

    public SegmentReport Report => report;

    /// <summary>What its sender is told in the end.</summary>
    public Task<ReportReply> Answer => answer.Task;

    /// <summary>Whether its token was in force when it was taken in.</summary>
    public bool IsOfOpen { get; set; }

    /// <summary>Whether events came of it, so that it must not be answered before they are stored.</summary>
    public bool HasNews { get; set; }

    public void Reply(ReportReply reply) => answer.TrySetResult(reply);

    public void Fail(Exception e) => answer.TrySetException(e);
}
