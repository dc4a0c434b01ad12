using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>Remembers which silos have said lately where they are; after a crash their next words fill it again.</summary>
internal sealed class ServersGrain(TimeProvider time) : Grain, IServersGrain
{
    private readonly Dictionary<Uri, long> heardAt = [];

    public Task<ImmutableArray<Uri>> Announce(Uri server)
    {
        heardAt[server] = time.GetTimestamp();
        foreach (var (known, at) in heardAt.ToArray())
            if (time.GetElapsedTime(at) > 3 * IServersGrain.Every) heardAt.Remove(known);
        return Task.FromResult<ImmutableArray<Uri>>([.. heardAt.Keys.OrderBy(u => u.ToString(), StringComparer.Ordinal)]);
    }
}
