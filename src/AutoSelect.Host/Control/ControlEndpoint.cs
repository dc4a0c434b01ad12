using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Host.Control;

/// <summary>Where a silo listens for other silos. On a single machine nobody comes, but a silo has one all the same.</summary>
/// <param name="Address">Address to listen at.</param>
/// <param name="SiloPort">Port to listen at.</param>
internal sealed record ControlEndpoint(IPAddress Address, int SiloPort)
{
    /// <param name="address">Address to listen at.</param>
    /// <param name="siloPort">Port to listen at; null for one that is free.</param>
    public static ControlEndpoint At(IPAddress address, int? siloPort = null) => new(address, siloPort ?? FreePort());

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
