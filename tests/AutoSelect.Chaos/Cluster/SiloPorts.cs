using System.Net;
using AutoSelect.Testing;

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
    public static IReadOnlyList<SiloPorts> OnLoopback(int silos) =>
        [.. LoopbackPorts.Free(2 * silos).Chunk(2).Select(p => new SiloPorts(IPAddress.Loopback, p[0], p[1]))];
}
