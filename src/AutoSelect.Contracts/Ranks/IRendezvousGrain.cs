using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>Where the ranks of one group learn each other's addresses. The key is the group's token; nothing is stored.</summary>
[Alias("autoselect.IRendezvousGrain")]
public interface IRendezvousGrain : IGrainWithStringKey
{
    /// <summary>Publishes a rank's address and waits for the others'. Calling again with the same address is allowed.</summary>
    /// <param name="placement">Who comes; all ranks must agree on generation and size.</param>
    /// <param name="address">Where the rank listens.</param>
    /// <param name="patience">Longest wait.</param>
    /// <returns>The addresses of all ranks in order, or null when some had not come by then: call again.</returns>
    /// <exception cref="InvalidOperationException">The placement does not fit the group's.</exception>
    [Alias("Meet")] Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience);
}
