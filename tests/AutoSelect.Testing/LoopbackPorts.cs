using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Testing;

/// <summary>Ports of loopback for servers that are told where to listen.</summary>
public static class LoopbackPorts
{
    /// <summary>
    /// Some that nobody listens at, below those that the system gives to whoever asks for any: of those, one would soon be somebody else's.
    /// </summary>
    /// <param name="count">How many, all different.</param>
    public static IReadOnlyList<int> Free(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
            if (Random.Shared.Next(30_000, 32_768) is var port && IsFree(port)) ports.Add(port);
        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
