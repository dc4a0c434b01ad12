using AutoSelect.Contracts;

namespace AutoSelect.Host.Control.Hooks;

/// <summary>When the notice of a job's end is sent, and how often. Pure.</summary>
internal static class HookPlan
{
    /// <summary>Attempts before it is given up: with the pauses between them they take about an hour and a half.</summary>
    public const int MostAttempts = 8;

    /// <summary>Time after which whoever began to send is taken to be gone.</summary>
    public static readonly TimeSpan LongestSending = TimeSpan.FromMinutes(1);

    /// <summary>Pause after the first attempt; each further one is three times as long as the one before.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>When the next attempt is due; null where none is.</summary>
    public static DateTimeOffset? Due(JobRecord job) => !job.AwaitsHook ? null : job.Hook switch
    {
        null => DateTimeOffset.MinValue,
        { State: HookState.Sending } sending => sending.At + LongestSending,
        var failed => failed.At + (FirstPause * Math.Pow(3, failed.Attempt - 1)),
    };

    /// <summary>The event before an attempt; gives up where there have been enough.</summary>
    public static HookTold Begin(JobRecord job) => job.Hook is not { } before ? new(HookState.Sending, 1)
        : before.Attempt < MostAttempts ? new(HookState.Sending, before.Attempt + 1)
        : new(HookState.GivenUp, before.Attempt, before.Reason.Length > 0 ? before.Reason : "whoever sent it last went away");

    /// <summary>The event after an attempt.</summary>
    public static HookTold End(HookTold begun, HookAnswer answer) => begun with
    {
        State = answer.IsDelivered ? HookState.Delivered
            : answer.MayTryAgain && begun.Attempt < MostAttempts ? HookState.Failed : HookState.GivenUp,
        Reason = answer.Reason,
    };

    /// <summary>The same for every attempt: receivers know by it what they have already.</summary>
    public static string IdOf(JobId job) => $"{job}.ended";
}
