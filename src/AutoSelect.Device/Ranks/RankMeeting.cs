using System.Collections.Immutable;
using System.Net.Sockets;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Device;

/// <summary>
/// Brings the ranks of a segment together: each publishes its address at the control side, learns the others' and connects to them.
/// </summary>
internal sealed partial class RankMeeting(ControlClient control, ServeOptions options, TimeProvider time, ILogger<RankMeeting> logger)
{
    private const int LongPollSeconds = 2;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(.5);

    /// <summary>
    /// Longest wait for the other ranks, which may have data to load first. A rank that is lost meanwhile ends the wait by the order to
    /// abandon the segment. Default 2 min.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Address by which other ranks reach this process.</summary>
    /// <exception cref="SocketException">The control side's name leads nowhere, or there is no route to it.</exception>
    /// <exception cref="IOException">No control side is known.</exception>
    public string Host => LocalAddress.Towards(control.Server).ToString();

    /// <summary>Forms a segment's group.</summary>
    /// <param name="placement">This rank's place in it.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="GroupNotFormedException">Not all ranks came in time, or one belongs to another group.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async Task<ProcessGroup> Form(RankPlacement placement, CancellationToken cancellationToken)
    {
        try
        {
            using var listener = GroupListener.Open(LocalAddress.Towards(control.Server));
            var own = new RankAddress(listener.Endpoint.Host, listener.Endpoint.Port, listener.Endpoint.Machine);
            var all = await Meet(placement, own, cancellationToken);
            var description = new GroupDescription(
                placement.Token, placement.Generation, placement.Rank, [.. all.Select(a => new RankEndpoint(a.Host, a.Port, a.Machine))]);
            var group = await ProcessGroup.JoinAsync(description, listener, RankOptions.ForLink(options.Link), cancellationToken);
            LogFormed(group.Rank, group.Size, group.Description);
            return group;
        }
        catch (Exception e) when (e is TimeoutException or GroupRefusedException or SocketException or IOException)
        {
            throw new GroupNotFormedException($"the group of {placement.Size} ranks did not form: {e.Message}", e);
        }
    }

    private async Task<ImmutableArray<RankAddress>> Meet(RankPlacement placement, RankAddress own, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (await control.Meet(placement, own, LongPollSeconds, cancellationToken) is { } all) return all;
            }
            catch (InvalidOperationException e)
            {
                throw new GroupNotFormedException($"the group of {placement.Size} ranks did not form: {e.Message}", e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The control side is away; so are the others, and all ask again.
                LogAway(e.GetType().Name, e.Message);
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
        throw new GroupNotFormedException(
            $"the group of {placement.Size} ranks did not form: rank {placement.Rank} waited {Patience.TotalSeconds:0.#} s for the "
            + "others.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Rank {Rank} of {Size}: the group has formed over {Path}")]
    private partial void LogFormed(int rank, int size, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control side does not answer while the ranks meet ({Type}: {Reason})")]
    private partial void LogAway(string type, string reason);
}
