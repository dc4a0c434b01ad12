using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Device;

/// <summary>The address by which other ranks reach this process.</summary>
internal static class LocalAddress
{
    /// <summary>
    /// The one that packets to the control side leave from: loopback where that is on this machine alone, since then all ranks are; else
    /// that of the network on which the hosts of the cluster see each other.
    /// </summary>
    /// <exception cref="SocketException">There is no route to the control side.</exception>
    public static IPAddress Towards(IPEndPoint control)
    {
        // Connecting a datagram socket asks the routing table and sends nothing.
        using var socket = new Socket(control.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(control);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}
