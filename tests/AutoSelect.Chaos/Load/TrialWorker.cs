using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>
/// A simulated device that takes trials through as fast as it is answered: asks for work, reports one point after the other, obeys each
/// answer, and hands a small checkpoint in at the end.
/// </summary>
internal sealed class TrialWorker(Servers servers, string key, DeviceId id, int reports) : IDisposable
{
    /// <summary>Of simulated training; a power of two, so that steps are told exactly.</summary>
    private const double SecondsPerStep = 1.0 / 64;

    private readonly DeviceHttp http = new(servers, key, id);

    /// <summary>What each report took to its answer, in seconds.</summary>
    public List<double> Latencies { get; } = [];

    /// <summary>Segments that it took to their end, but for exports.</summary>
    public int Segments { get; private set; }

    public void Dispose() => http.Dispose();

    /// <summary>Works until it is told that all is done.</summary>
    public async Task Run(CancellationToken over)
    {
        try
        {
            var description = SimulatedDescription.Of(id) with { Instance = Guid.NewGuid() };
            var session = (await http.Register(description, null, over)).Session;
            while (!over.IsCancellationRequested)
                if (await http.NextWork(session, over) is { } work) await Take(session, work, over);
            await http.Leave(session, CancellationToken.None);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // All is done.
        }
    }

    private async Task Take(long session, SegmentAssignment work, CancellationToken ct)
    {
        var every = Math.Max(1, work.HorizonSteps / reports);
        var segment = new SimulatedSegment(work, SecondsPerStep, every);
        bool hasEnded;
        do
        {
            segment.Advance(every * SecondsPerStep);
            (var report, hasEnded) = (segment.Report(), segment.HasEnded);
            var asked = HistoryFile.Now;
            var reply = await http.Report(session, report, ct);
            if (report.Points.Length > 0) Latencies.Add(HistoryFile.Now - asked);
            segment.Acknowledge(report, reply);
            segment.Obey(reply.Order);
        }
        while (!hasEnded);
        if (work.ExportTo is null) Segments++;
    }
}
