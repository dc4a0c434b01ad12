using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Load;

/// <summary>Processors that are kept busy, on the average since it was made.</summary>
internal sealed class CoresUsed(ChaosCluster cluster)
{
    private readonly double began = HistoryFile.Now;
    private readonly (double Silos, double Database, double Own) before = Seconds(cluster);

    public (double Silos, double Database, double Own) Look()
    {
        var (elapsed, now) = (HistoryFile.Now - began, Seconds(cluster));
        return ((now.Silos - before.Silos) / elapsed, (now.Database - before.Database) / elapsed, (now.Own - before.Own) / elapsed);
    }

    private static (double Silos, double Database, double Own) Seconds(ChaosCluster cluster) => (
        cluster.Silos.Sum(s => ProcessorSeconds.Of(s.Id)), ProcessorSeconds.OfDatabase(cluster.Database),
        ProcessorSeconds.Of(Environment.ProcessId));
}
