using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Tells the other silos where this one's API is, and learns where theirs are: devices that registered here turn to them when this silo is
/// away. Only addresses with TLS are told, since others mean something else on every machine.
/// </summary>
internal sealed class ServerAnnouncements(IGrainFactory grains, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private ImmutableArray<Uri> others = [];
    private Task loop = Task.CompletedTask;

    /// <summary>The APIs of the other silos, as far as they are known.</summary>
    public ImmutableArray<Uri> Others => others;

    /// <summary>Begins to tell where this silo's API is.</summary>
    public void Start(Uri own)
    {
        if (own.Scheme == Uri.UriSchemeHttps) loop = Announce(own);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task Announce(Uri own)
    {
        var servers = grains.GetGrain<IServersGrain>(IServersGrain.Key);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                others = (await servers.Announce(own).WaitAsync(stopping.Token)).Remove(own);
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException or OrleansException)
            {
                // This silo ends, or the one that has the grain died: it is elsewhere soon.
            }
            await Task.Delay(IServersGrain.Every, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
