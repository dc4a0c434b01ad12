using System.Net;
using System.Net.Sockets;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Declares silos dead that are gone, before this one joins: it would ask them whether it may, and call grains on them. One is gone when it
/// has missed two signs of life and nobody listens at its address. A silo that lives does one or the other: one that the database was away
/// from still listens, one that cannot be reached from here still gives signs of life.
/// </summary>
internal sealed partial class SiloRetirement(
    PostgresMembershipTable table, TimeProvider time, Func<IPEndPoint, CancellationToken, Task<bool>> isListening,
    ILogger<SiloRetirement> logger)
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Time without a sign of life after which a silo that cannot be reached is gone; default twice that between two.</summary>
    public TimeSpan LongestSilence { get; init; } = 2 * ClusterMembers.SignOfLife;

    /// <summary>Waits for those that cannot be reached to miss their signs of life, and retires them.</summary>
    /// <param name="own">Address of this silo: where nobody listens there, one that had it before is gone, however long ago.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>How many it has retired.</returns>
    public async Task<int> Run(IPEndPoint own, CancellationToken ct)
    {
        var (retired, began) = (0, time.GetTimestamp());
        while (true)
        {
            var left = LongestSilence - time.GetElapsedTime(began);
            TimeSpan? wait = null;
            var silences = await table.Silences();
            var listen = await Task.WhenAll(silences.Select(s => isListening(s.Silo.Endpoint, ct)));
            foreach (var (silo, silence) in silences.Where((_, i) => !listen[i]))
            {
                var more = silo.Endpoint.Equals(own) ? TimeSpan.Zero : LongestSilence - silence;
                if (more <= TimeSpan.Zero) retired += await Retire(silo, silence) ? 1 : 0;
                // One that needs more than is left has given a sign of life meanwhile: it lives, though it cannot be reached from here.
                else if (more <= left) wait = wait < more ? wait : more;
            }
            if (wait is not { } pause) return retired;
            // Others may find out earlier.
            await Task.Delay(pause < Look ? pause : Look, time, ct);
        }
    }

    /// <summary>Whether anybody takes connections at an address.</summary>
    public static async Task<bool> IsListening(IPEndPoint address, CancellationToken ct)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(LongestConnect);
        try
        {
            await socket.ConnectAsync(address, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> Retire(SiloAddress silo, TimeSpan silence)
    {
        while (true)
        {
            var data = await table.ReadAll();
            if (data.TryGet(silo) is not { Item1: var entry, Item2: var etag } || entry.Status == SiloStatus.Dead) return false;
            entry.Status = SiloStatus.Dead;
            if (!await table.UpdateRow(entry, etag, data.Version.Next())) continue;
            LogRetired(silo, silence.TotalSeconds);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} is gone: it cannot be reached and has been silent for {Silence:0.0} s")]
    private partial void LogRetired(SiloAddress silo, double silence);
}
