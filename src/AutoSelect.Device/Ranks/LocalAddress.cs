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
    /// <exception cref="SocketException">Its name leads nowhere, or there is no route to it.</exception>
    public static IPAddress Towards(Uri control)
    {
        SocketException? none = null;
        foreach (var address in Dns.GetHostAddresses(control.DnsSafeHost))
        {
            try
            {
                // Connecting a datagram socket asks the routing table and sends nothing.
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(new IPEndPoint(address, control.Port));
                return ((IPEndPoint)socket.LocalEndPoint!).Address;
            }
            catch (SocketException e)
            {
                none = e;
            }
        }
        throw none ?? new SocketException((int)SocketError.HostNotFound);
    }
}
