using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Host.Control;

/// <summary>Where a silo listens for other silos. On a single machine nobody comes, but a silo has one all the same.</summary>
internal sealed class ControlEndpoint : IDisposable
{
    private readonly Socket? held;

    private ControlEndpoint(IPAddress address, int siloPort, Socket? held) =>
        (Address, SiloPort, this.held) = (address, siloPort, held);

    /// <summary>Address to listen at.</summary>
    public IPAddress Address { get; }

    /// <summary>Port to listen at.</summary>
    public int SiloPort { get; }

    /// <param name="address">Address to listen at.</param>
    /// <param name="siloPort">
    /// Port to listen at; null for one that is free. It is given to nobody else until this is disposed of: it is bound, and a silo may
    /// listen there all the same.
    /// </param>
    public static ControlEndpoint At(IPAddress address, int? siloPort = null)
    {
        if (siloPort is { } port) return new(address, port, held: null);
        var held = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(address, 0));
        return new(address, ((IPEndPoint)held.LocalEndPoint!).Port, held);
    }

    public void Dispose() => held?.Dispose();
}
