using System.Net;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Device;

/// <summary>
/// The device's side of the control side: registers, takes segments, reports their news, and registers again whenever the control side was
/// away. Training goes on meanwhile. Once the process is to end, the segment is interrupted, its end is reported, and leave is taken.
/// </summary>
/// <param name="control">The control side.</param>
/// <param name="options">What this process is.</param>
/// <param name="train">Begins to train a segment.</param>
/// <param name="watch">Told of every answer.</param>
/// <param name="end">The way out.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what happens.</param>
internal sealed partial class DeviceLoop(
    ControlClient control, ServeOptions options, Action<RunningWork> train, OrphanWatch watch, ProcessEnd end, TimeProvider time,
    ILogger<DeviceLoop> logger)
{
    /// <summary>Longest wait for work at a time: a device that vanishes while it waits is missed no sooner.</summary>
    private const int PatienceSeconds = 5;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(.3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(.5);

    /// <summary>Before the first answer: a control process of this machine that starts too is there any moment.</summary>
    private static readonly TimeSpan FirstRetryInterval = TimeSpan.FromSeconds(.1);

    private readonly DeviceDescription description = options.Describe();
    private volatile RunningWork? work;
    private RegisterReply? registration;
    private bool wasRegistered;
    private bool isAnswered;
    private string trouble = "";
    private int exitCode;

    /// <summary>Nothing is trained any more, and what there was to say is said or has nobody to hear it.</summary>
    private bool IsDone => end.Requested.IsCancellationRequested
        && (work is not { } running || (running.HasEnded && end.IsOrphaned && !isAnswered));

    /// <summary>Gives a wait up: there is nothing to report, and the process is to end.</summary>
    private CancellationToken Idle => work is null ? end.Requested : CancellationToken.None;

    /// <summary>Runs until the process is to end.</summary>
    /// <returns>Its exit code, of <see cref="ExitCodes"/>.</returns>
    public async Task<int> Run()
    {
        // On the thread of the request: this loop may be waiting for an answer that does not come.
        await using var interrupting = end.Requested.Register(InterruptWork);
        while (!IsDone)
        {
            try
            {
                await Turn();
            }
            catch (ApiRefusalException refusal) when (refusal.Type == ApiProblemTypes.ForeignLease && work is { } foreign)
            {
                LogForeign(foreign.Assignment.Job, foreign.Assignment.Trial, refusal.Message);
                foreign.Refuse();
            }
            catch (Exception e) when (e is not OperationCanceledException || !end.Requested.IsCancellationRequested)
            {
                await Away(e);
            }
            catch (OperationCanceledException)
            {
                // Asked to end while there was nothing to train.
            }
        }
        await TakeLeave();
        return exitCode;
    }

    private async Task Turn()
    {
        if (work is { IsRefused: true } refused)
        {
            // Nobody wants to hear of it any more.
            await refused.News.WaitAsync(ReportInterval);
            if (refused.HasEnded) Forget(refused);
            return;
        }
        registration ??= await Register();
        if (work is not { } running) await Pull(registration.Session);
        else await Report(registration.Session, running);
        watch.Heard();
        (isAnswered, trouble) = (true, "");
    }

    private async Task<RegisterReply> Register()
    {
        var reply = await control.Register(description, work?.Describe(), Idle);
        watch.Registered(TimeSpan.FromSeconds(reply.GraceSeconds));
        options.MarkRegistered();
        wasRegistered = true;
        work?.Acknowledge(reply.Running, reported: null);
        LogRegistered(reply.Session, control.Server, work?.Assignment.Trial.Value ?? "nothing");
        return reply;
    }

    private async Task Pull(long session)
    {
        if (await control.NextWork(session, PatienceSeconds, Idle) is not { } assignment) return;
        var running = new RunningWork(assignment);
        work = running;
        // Asked after it can be seen: a request meanwhile interrupts it here or there.
        if (end.Requested.IsCancellationRequested) InterruptWork();
        train(running);
    }

    private async Task Report(long session, RunningWork running)
    {
        if (!running.IsBehind) await running.News.WaitAsync(ReportInterval);
        // One report tells of all of them.
        while (running.News.Wait(0)) { }
        var report = running.Report();
        ReportReply reply;
        try
        {
            reply = await control.Report(session, report, CancellationToken.None);
        }
        catch (ApiRefusalException refusal) when (IsForWhatItSays(refusal) && !running.HasFailed)
        {
            LogUnheard(running.Assignment.Job, running.Assignment.Trial, refusal.Message);
            running.Fail($"The control side does not take its reports: {refusal.Message}");
            return;
        }
        running.Acknowledge(reply, report);
        if (report.End != SegmentEnd.None) Forget(running);
    }

    /// <summary>
    /// Registering again tells both sides where they stand, whatever went wrong; nothing is lost by it. Only what will never be otherwise
    /// ends the process.
    /// </summary>
    private async Task Away(Exception fault)
    {
        registration = null;
        isAnswered = false;
        if (fault.Message != trouble) LogAway(fault.GetType().Name, trouble = fault.Message);
        if (fault is ApiRefusalException refusal && Hopeless(refusal) is { } code)
        {
            exitCode = code;
            end.Request($"the control side does not take this device: {fault.Message}", isOrphaned: true);
            return;
        }
        var isRefused = fault is ApiRefusalException { Status: < HttpStatusCode.InternalServerError };
        if (!isRefused && !control.MoveOn()) return;
        // Ended early where the process is to end, which the loop looks at next.
        var wait = wasRegistered ? RetryInterval : FirstRetryInterval;
        await Task.Delay(wait, time, Idle).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The exit code where the refusal stands; null where it may be another one the next time.</summary>
    private int? Hopeless(ApiRefusalException refusal) =>
        refusal.Type == ApiProblemTypes.DeviceProtocol ? ExitCodes.OtherProtocol
        // A file of this machine may be that of a process whose port another one has by now.
        : !wasRegistered && options.ServerFile is null && refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? ExitCodes.Refused : null;

    /// <summary>Said again it would be refused again, for ever, while it keeps the lease in force.</summary>
    private static bool IsForWhatItSays(ApiRefusalException refusal) =>
        refusal.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge;

    private async Task TakeLeave()
    {
        if (registration is not { } own || end.IsOrphaned) return;
        try
        {
            await control.Leave(own.Session, CancellationToken.None);
            LogLeft();
        }
        catch (Exception e) when (e is ApiRefusalException or HttpRequestException or IOException or TimeoutException)
        {
            // It will be missed.
            LogAway(e.GetType().Name, e.Message);
        }
    }

    private void Forget(RunningWork ended)
    {
        work = null;
        ended.Dispose();
    }

    private void InterruptWork()
    {
        if (work is { } running) running.Order = SegmentOrder.Interrupt;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered (session {Session}) at {Server}, training {Trial}")]
    private partial void LogRegistered(long session, Uri server, string trial);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took leave")]
    private partial void LogLeft();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control side does not answer ({Type}: {Reason})")]
    private partial void LogAway(string type, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: {Trial} is given up: {Reason}")]
    private partial void LogForeign(JobId job, TrialId trial, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: {Trial} is ended, as its report is refused: {Reason}")]
    private partial void LogUnheard(JobId job, TrialId trial, string reason);
}
