using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Chaos.Cluster;

/// <summary>Where the silos listen.</summary>
/// <param name="Address">Of each.</param>
/// <param name="Silo">Port for other silos.</param>
/// <param name="Api">Port of the HTTP API.</param>
internal sealed record SiloPorts(IPAddress Address, int Silo, int Api)
{
    /// <summary>The same ports at each address of a network.</summary>
    public static IReadOnlyList<SiloPorts> On(Network network, int silos) =>
        [.. network.Addresses.Take(silos).Select(a => new SiloPorts(a, 11111, 8443))];

    /// <summary>Free ports of loopback.</summary>
    public static IReadOnlyList<SiloPorts> OnLoopback(int silos)
    {
        var listeners = Enumerable.Range(0, 2 * silos).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            foreach (var listener in listeners) listener.Start();
            var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToList();
            return [.. Enumerable.Range(0, silos).Select(
                i => new SiloPorts(IPAddress.Loopback, ports[2 * i], ports[(2 * i) + 1]))];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}
