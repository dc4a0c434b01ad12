using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Asks the members of a cluster whether they take a silo, before it joins: one that joins without being taken would be voted out, and
/// could say no more than that.
/// </summary>
internal static class ClusterGreeting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="EnvironmentFaultException">A member does not take the silo, or the silo does not take that member.</exception>
    public static async Task Run(PostgresMembershipTable table, ClusterTls tls, CancellationToken ct)
    {
        var members = (await table.ReadAll()).Members.Where(m => m.Item1.Status == SiloStatus.Active).Select(m => m.Item1.SiloAddress);
        foreach (var (member, fault) in await Task.WhenAll(members.Select(async m => (m, await Fault(m.Endpoint, tls, ct)))))
        {
            if (fault is null) continue;
            throw new EnvironmentFaultException(
                $"Silo {member.Endpoint} and this one do not take each other's certificates: all silos of a cluster must have theirs from "
                + $"one authority, which --cluster-authority names ({fault}).");
        }
    }

    /// <summary>Null where a silo takes this one, or cannot be reached: that is found out otherwise.</summary>
    private static async Task<string?> Fault(IPEndPoint silo, ClusterTls tls, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient(silo.AddressFamily);
            await socket.ConnectAsync(silo, patience.Token);
            return await Handshake(socket, tls, patience.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<string?> Handshake(TcpClient socket, ClusterTls tls, CancellationToken ct)
    {
        await using var stream = new SslStream(socket.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(tls.AsClient(), ct);
            // With TLS 1.3 a refusal comes after the handshake; a silo that takes the certificate begins to speak.
            return await stream.ReadAsync(new byte[1], ct) > 0 ? null : "it closed the connection";
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return e.Message;
        }
    }
}
