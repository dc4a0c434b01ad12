using System.Collections.Immutable;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>A simulated device that does nothing but report: a batch of points as soon as the one before is stored.</summary>
internal sealed class LoadReporter(Servers servers, string key, string id) : IDisposable
{
    /// <summary>Of simulated training.</summary>
    private const double SecondsPerStep = .01;

    private readonly DeviceHttp http = new(servers, key, new DeviceId(id));
    private SegmentAssignment? work;
    private long session;
    private long step;
    private double seconds;

    /// <summary>Job that it has work of; null before.</summary>
    public JobId? Job => work?.Job;

    /// <summary>When the points up to a step were reported, by the machine's monotonic clock.</summary>
    public Dictionary<long, double> ReportedAt { get; } = [];

    /// <summary>Segments that it was told to give up, as one does whose lease ran out on a slow machine.</summary>
    public int Lost { get; private set; }

    public void Dispose() => http.Dispose();

    /// <summary>Registers and waits for work.</summary>
    private async Task Begin(CancellationToken ct)
    {
        while (work is null)
        {
            try
            {
                if (session == 0) session = (await http.Register(Description, null, ct)).Session;
                work = await http.NextWork(session, ct);
                (step, seconds) = (work?.From?.Step ?? 0, 0);
            }
            catch (HttpRequestException)
            {
                session = 0;
                await Task.Delay(500, ct);
            }
        }
    }

    /// <summary>Reports until it is over.</summary>
    /// <param name="points">Of each report.</param>
    /// <param name="latencies">Told what it took from each report to its answer.</param>
    /// <param name="over">Ends it.</param>
    /// <returns>Points that were acknowledged.</returns>
    public async Task<long> Run(int points, Latencies latencies, CancellationToken over)
    {
        var acknowledged = 0L;
        try
        {
            while (!over.IsCancellationRequested)
            {
                await Begin(over);
                var asked = HistoryFile.Now;
                lock (ReportedAt) ReportedAt[step + points] = asked;
                var reply = await Report(points);
                if (reply is null) continue;
                if (reply.AcknowledgedStep == step + points)
                {
                    acknowledged += points;
                    seconds += points * SecondsPerStep;
                    latencies.Add(HistoryFile.Now - asked);
                }
                step = Math.Max(step, reply.AcknowledgedStep);
                if (reply.Order == SegmentOrder.Continue) continue;
                Lost++;
                work = null;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The measurement is over.
        }
        return acknowledged;
    }

    /// <returns>Null where there was no answer, after which it has registered again.</returns>
    private async Task<ReportReply?> Report(int points)
    {
        var curve = new SimulatedCurve(work!.Candidate, SecondsPerStep);
        var report = new SegmentReport
        {
            Job = work.Job,
            Trial = work.Trial,
            LeaseToken = work.LeaseToken,
            Step = step + points,
            Points = Enumerable.Range(1, points)
                .Select(i => curve.Point(step + i, work.LeaseToken) with { Diagnostics = null }).ToImmutableArray(),
            DeviceSeconds = seconds + (points * SecondsPerStep),
        };
        try
        {
            return await http.Report(session, report, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            var running = new RunningSegment { Job = work.Job, Trial = work.Trial, LeaseToken = work.LeaseToken };
            try
            {
                session = (await http.Register(Description, running, CancellationToken.None)).Session;
            }
            catch (HttpRequestException)
            {
                // The next report fails, and it tries again at the next server.
                await Task.Delay(100, CancellationToken.None);
            }
            return null;
        }
    }

    private DeviceDescription Description => SimulatedDescription.Of(new DeviceId(id));
}
