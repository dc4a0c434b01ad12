using System.Collections.Immutable;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>A simulated device that does nothing but report: a batch of points as soon as the one before is stored.</summary>
internal sealed class LoadReporter(Servers servers, string key, string id) : IDisposable
{
    private readonly DeviceHttp http = new(servers, key, new DeviceId(id));
    private SegmentAssignment? work;
    private long session;
    private long step;
    private double seconds;

    /// <summary>Job and trial that it has work of; null before.</summary>
    public JobId? Job => work?.Job;

    /// <summary>When the points up to a step were reported, by the machine's monotonic clock.</summary>
    public Dictionary<long, double> ReportedAt { get; } = [];

    public void Dispose() => http.Dispose();

    /// <summary>Registers and waits for work.</summary>
    public async Task Begin(CancellationToken ct)
    {
        while (work is null)
        {
            try
            {
                if (session == 0) session = (await http.Register(Description, null, ct)).Session;
                work = await http.NextWork(session, ct);
            }
            catch (HttpRequestException)
            {
                session = 0;
                await Task.Delay(500, ct);
            }
        }
    }

    /// <summary>Reports until it is over.</summary>
    /// <returns>Points that were acknowledged, and what it took from each report to its answer, in seconds.</returns>
    public async Task<(long Points, List<double> Latencies)> Run(int points, CancellationToken over)
    {
        var (acknowledged, latencies, curve) = (0L, new List<double>(), new SimulatedCurve(work!.Candidate, .01));
        while (!over.IsCancellationRequested)
        {
            var batch = Enumerable.Range(1, points)
                .Select(i => curve.Point(step + i, work.LeaseToken) with { Diagnostics = null }).ToImmutableArray();
            var asked = HistoryFile.Now;
            lock (ReportedAt) ReportedAt[step + points] = asked;
            seconds += points * .01;
            var report = new SegmentReport
            {
                Job = work.Job,
                Trial = work.Trial,
                LeaseToken = work.LeaseToken,
                Step = step + points,
                Points = batch,
                DeviceSeconds = seconds,
            };
            try
            {
                var reply = await http.Report(session, report, CancellationToken.None);
                if (reply.Order == SegmentOrder.Abandon) throw new InvalidOperationException($"{id} was told to give up.");
                if (reply.AcknowledgedStep != step + points) continue;
                step += points;
                acknowledged += points;
                latencies.Add(HistoryFile.Now - asked);
            }
            catch (HttpRequestException)
            {
                session = (await http.Register(Description, Running, CancellationToken.None)).Session;
            }
        }
        return (acknowledged, latencies);
    }

    private RunningSegment Running => new() { Job = work!.Job, Trial = work.Trial, LeaseToken = work.LeaseToken };

    private DeviceDescription Description => SimulatedDescription.Of(new DeviceId(id));
}
