using System.Net;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>The silos of the cluster beside this one.</summary>
/// <param name="table">Its members.</param>
/// <param name="own">Where this silo listens.</param>
internal sealed class OtherSilos(PostgresMembershipTable table, IPEndPoint own)
{
    /// <summary>True where none of them has given a sign of life in the time of two.</summary>
    public async Task<bool> AreGone() =>
        !(await table.Silences()).Any(s => !s.Silo.Endpoint.Equals(own) && s.Silence < 2 * ClusterMembers.SignOfLife);
}
