using System.Net;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>The silos of the cluster beside this one.</summary>
/// <param name="table">Its members.</param>
/// <param name="own">Where this silo listens.</param>
internal sealed class OtherSilos(PostgresMembershipTable table, IPEndPoint own)
{
    /// <summary>True where none of them has given a sign of life in the time of two, or listens.</summary>
    public async Task<bool> AreGone()
    {
        var others = (await table.Silences()).Where(s => !s.Silo.Endpoint.Equals(own)).ToList();
        if (others.Exists(s => s.Silence < 2 * ClusterMembers.SignOfLife)) return false;
        var listen = await Task.WhenAll(others.Select(s => SiloRetirement.IsListening(s.Silo.Endpoint, CancellationToken.None)));
        return !listen.Contains(true);
    }
}
