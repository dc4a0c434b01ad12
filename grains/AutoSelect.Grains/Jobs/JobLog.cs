using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>What the log says of jobs.</summary>
internal static partial class JobLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} is attended to from event {Version} on")]
    public static partial void Activated(this ILogger logger, JobId job, long version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Kind} was asked for. {Reason}")]
    public static partial void Requested(this ILogger logger, JobId job, JobRequestKind kind, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} runs on {Devices}, steps {From} to {Until}")]
    public static partial void SegmentStarted(this ILogger logger, JobId job, TrialId trial, string devices, long from, long until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Trial} ended its segment ({End}) at step {Step}. {Reason}")]
    public static partial void SegmentEnded(this ILogger logger, JobId job, TrialId trial, SegmentEnd end, long step, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}, rung {Rung}: {Summary}")]
    public static partial void Decided(this ILogger logger, JobId job, int rung, string summary);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: attempt {Attempt} to decide failed: {Reason}")]
    public static partial void DecisionFailed(this ILogger logger, JobId job, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} {Reason}")]
    public static partial void Held(this ILogger logger, JobId job, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} is admitted")]
    public static partial void Admitted(this ILogger logger, JobId job);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} paused. {Notice}")]
    public static partial void Paused(this ILogger logger, JobId job, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} ended, {Phase}: {Summary}")]
    public static partial void Ended(this ILogger logger, JobId job, JobPhase phase, string summary);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Job {Job}: the store or a silo cannot be reached (attempt {Attempt}); trying again in {Seconds:0} s")]
    public static partial void StoreUnavailable(this ILogger logger, JobId job, int attempt, double seconds, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} has another writer: this activation gives it up")]
    public static partial void Conflict(this ILogger logger, JobId job, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: unexpected")]
    public static partial void Unexpected(this ILogger logger, JobId job, Exception exception);
}
