using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

internal sealed partial class JobGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} submitted: {Candidates} candidates, policy {Policy}")]
    private partial void LogSubmitted(JobId job, int candidates, string policy);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} goes on after {Elapsed:0.0} s")]
    private partial void LogResumed(JobId job, double elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} runs on {Device}, steps {From} to {Until}")]
    private partial void LogSegmentStarted(JobId job, TrialId trial, string device, long from, long until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} ended its segment ({End}) at step {Step}. {Reason}")]
    private partial void LogSegmentEnded(JobId job, TrialId trial, SegmentEnd end, long step, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: {Trial} lost {What} ({Reason}); goes on from step {Step}")]
    private partial void LogDeviceLost(JobId job, TrialId trial, string what, string reason, long step);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} runs on {Devices} devices and may have more: it goes on with them from its next checkpoint")]
    private partial void LogWidening(JobId job, TrialId trial, int devices);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}, rung {Rung}: {Summary}")]
    private partial void LogDecided(JobId job, int rung, string summary);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} paused. {Notice}")]
    private partial void LogPaused(JobId job, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} completed: {Summary}")]
    private partial void LogFinished(JobId job, string summary);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed: {Summary}")]
    private partial void LogFailed(JobId job, string summary);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: the store cannot be written; trying again")]
    private partial void LogStoreUnavailable(JobId job, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: the history {Path} cannot be read; deciding without it")]
    private partial void LogHistoryUnavailable(JobId job, string path, Exception exception);
}
