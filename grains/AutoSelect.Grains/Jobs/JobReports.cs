using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>
/// A job's side of what its devices report. Reports that come while the job is busy, most of all with a write, wait and are taken in
/// together by the next one: a group commit. All else that a job does is done alone, as in turns of its own.
/// </summary>
/// <param name="takeIn">Stores reports, and answers each.</param>
/// <param name="giveUp">Gives the state of the job up.</param>
internal sealed class JobReports(
    Func<ImmutableArray<WaitingReport>, Task> takeIn, Action<VersionConflictException> giveUp) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<TrialId, SegmentProgress> progress = [];
    private readonly HashSet<long> heard = [];
    private readonly List<WaitingReport> waiting = [];

    /// <summary>How far the running segments say they are.</summary>
    public IReadOnlyDictionary<TrialId, SegmentProgress> Progress => progress;

    public void Dispose() => turn.Dispose();

    /// <summary>Whether anything has been reported under a token.</summary>
    public bool HasHeard(long token) => heard.Contains(token);

    /// <summary>A trial begins a segment.</summary>
    public void Begun(TrialId trial) => progress.Remove(trial);

    /// <summary>Notes what a report says beside its news.</summary>
    /// <param name="record">Before it.</param>
    /// <param name="report">Which.</param>
    public void Hear(JobRecord record, SegmentReport report)
    {
        heard.Add(report.LeaseToken);
        var isNews = report.Step > (progress.GetValueOrDefault(report.Trial)?.Step ?? 0) || report.End != SegmentEnd.None;
        if (isNews && record.Find(report.Trial)?.OpenSegment()?.LeaseToken == report.LeaseToken)
            progress[report.Trial] = new(report.Step, report.DeviceSeconds, report.EvaluationSeconds, report.OverheadSeconds);
    }

    /// <summary>
    /// Does something beside which no report is taken in, after what has been asked for before. Whoever meets another writer's events holds
    /// an older state: it is given up with the reports that wait for it, and read again by the next call.
    /// </summary>
    public async Task Alone(Func<Task> work)
    {
        await turn.WaitAsync();
        try
        {
            await work();
        }
        catch (VersionConflictException e)
        {
            foreach (var report in Taken()) report.Fail(e);
            giveUp(e);
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Has a report taken in with those that wait, and returns its own answer.</summary>
    public async Task<ReportReply> Take(DeviceId device, SegmentReport report)
    {
        var own = new WaitingReport(device, report);
        waiting.Add(own);
        // The first of a group takes it in when the job's turn is his; the others have come to him by then.
        if (waiting.Count == 1) Alone(TakeIn).Ignore();
        return await own.Answer;
    }

    /// <summary>Whatever happens, each is told.</summary>
    private async Task TakeIn()
    {
        var taken = Taken();
        try
        {
            await takeIn(taken);
        }
        catch (Exception e)
        {
            foreach (var report in taken) report.Fail(e);
            throw;
        }
    }

    private ImmutableArray<WaitingReport> Taken()
    {
        ImmutableArray<WaitingReport> taken = [.. waiting];
        waiting.Clear();
        return taken;
    }
}
