using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// The port on which the first rank's program will listen for the others: free now, and one that the system gives to nobody who asks for
/// any. Two of them on one machine are never the same.
/// </summary>
internal sealed class MasterPort : IDisposable
{
    /// <summary>Below are ports with meanings of their own.</summary>
    private const int First = 20_000;

    private const string GivenToAnybody = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int MostTries = 1000;

    private readonly Socket mark;

    private MasterPort(int number, Socket mark) => (Number, this.mark) = (number, mark);

    public int Number { get; }

    /// <summary>True while somebody listens on it.</summary>
    public bool IsTaken => !IsFree(Number);

    /// <summary>Chooses one.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static MasterPort Choose()
    {
        var end = EndOfOthers();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var number = RandomNumberGenerator.GetInt32(First, end);
            if (Mark(number) is not { } mark) continue;
            if (IsFree(number)) return new MasterPort(number, mark);
            mark.Dispose();
        }
        throw new IOException($"None of {MostTries} ports from {First} to {end} was free for the ranks of a program.");
    }

    public void Dispose() => mark.Dispose();

    /// <summary>A name that one process of the machine can have at a time: a port that nobody listens on yet looks free to all.</summary>
    private static Socket? Mark(int number)
    {
        var mark = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            mark.Bind(new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"\0autoselect-port-{number}")));
            return mark;
        }
        catch (SocketException)
        {
            mark.Dispose();
            return null;
        }
    }

    private static bool IsFree(int number)
    {
        var (all, isDual) = Socket.OSSupportsIPv6 ? (IPAddress.IPv6Any, true) : (IPAddress.Any, false);
        using var socket = new Socket(all.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (isDual) socket.DualMode = true;
            socket.Bind(new IPEndPoint(all, number));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Where the ports begin that the system gives to whoever asks for any; they would be taken by chance.</summary>
    private static int EndOfOthers()
    {
        try
        {
            var first = int.Parse(File.ReadAllText(GivenToAnybody).Split((char[]?)null, 2)[0], CultureInfo.InvariantCulture);
            return first > First + MostTries ? first : ushort.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 32_768;
        }
    }
}
