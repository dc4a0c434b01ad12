using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>A rank's open port. It is bound before the rendezvous, so that the published port is already this rank's own.</summary>
/// <remarks>
/// One listener serves one group; <see cref="ProcessGroup.JoinAsync"/> takes it over and closes it once the group is formed.
/// </remarks>
public sealed class GroupListener : IDisposable
{
    private GroupListener(Socket socket, RankEndpoint endpoint) => (Socket, Endpoint) = (socket, endpoint);

    /// <summary>What to publish.</summary>
    public RankEndpoint Endpoint { get; }

    internal Socket Socket { get; }

    /// <summary>Opens an ephemeral port.</summary>
    /// <param name="address">Interface to listen on; null for all of them.</param>
    /// <param name="host">
    /// Name or address that others reach this process by; null for the address, or the machine's name when listening on all.
    /// </param>
    /// <exception cref="SocketException">The address is not this machine's.</exception>
    public static GroupListener Open(IPAddress? address = null, string? host = null)
    {
        var bound = address ?? IPAddress.Any;
        var socket = new Socket(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(bound, 0));
            socket.Listen(2 * GroupDescription.LargestSize);
            return new(socket, new(host ?? (address is null ? Dns.GetHostName() : address.ToString()),
                ((IPEndPoint)socket.LocalEndPoint!).Port, MachineIdentity.Current));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => Socket.Dispose();
}
