using System.Net;
using System.Net.Sockets;
using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Device;

/// <summary>
/// Measures the links between ranks of this machine, each a thread of this process, as its device processes would find them.
/// </summary>
internal static class LinkInspection
{
    /// <summary>
    /// More ranks than these are modelled from them: many more threads than processors would measure how they wait for their turn.
    /// </summary>
    public const int MostRanks = 8;

    /// <summary>Seconds that measuring may take.</summary>
    private const double ProbeSeconds = .5;

    /// <param name="ranks">At least 2; at most <see cref="MostRanks"/> are measured.</param>
    /// <param name="link">A network to pretend; null for the real one.</param>
    /// <exception cref="IOException">The ranks do not come together.</exception>
    public static GroupMeasurement Measure(int ranks, LinkSpeed? link)
    {
        var listeners = new List<GroupListener>();
        try
        {
            for (var rank = 0; rank < Math.Min(ranks, MostRanks); rank++) listeners.Add(GroupListener.Open(IPAddress.Loopback));
            var endpoints = listeners.ConvertAll(l => l.Endpoint);
            var token = Guid.NewGuid();
            var measured = listeners.Select((listener, rank) => Task.Factory.StartNew(
                () => Measure(new GroupDescription(token, 0, rank, endpoints), listener, link),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            return Task.WhenAll(measured).GetAwaiter().GetResult()[0];
        }
        catch (Exception e) when (e is TimeoutException or GroupRefusedException or SocketException or RankLostException)
        {
            throw new IOException($"The links between {ranks} ranks of this machine cannot be measured: {e.Message}", e);
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    private static GroupMeasurement Measure(GroupDescription description, GroupListener listener, LinkSpeed? link)
    {
        using var group = ProcessGroup.JoinAsync(description, listener, RankOptions.ForLink(link)).GetAwaiter().GetResult();
        return LinkProbe.Run(group, ProbeSeconds);
    }
}
