namespace AutoSelect.Communication;

/// <summary>What the control side hands to every rank of a group: the same for all but <see cref="Rank"/>.</summary>
/// <param name="Token">Secret of the group's job; a connection with another one is refused.</param>
/// <param name="Generation">Counts the groups of a job, so that a process left over from an earlier one is refused; not negative.</param>
/// <param name="Rank">This process's rank, 0 ≤ rank &lt; size.</param>
/// <param name="Endpoints">Endpoints of all ranks in order of rank, 1 to 1024.</param>
public sealed record GroupDescription(Guid Token, long Generation, int Rank, IReadOnlyList<RankEndpoint> Endpoints)
{
    /// <summary>More would need 2 connections to each of more than 1023 peers.</summary>
    public const int LargestSize = 1024;

    /// <exception cref="ArgumentException">A value breaks its rule; the message gives both.</exception>
    internal void Validate()
    {
        if (Endpoints.Count is < 1 or > LargestSize)
            throw new ArgumentException($"A group has 1 to {LargestSize} ranks, not {Endpoints.Count}.");
        if (Rank < 0 || Rank >= Endpoints.Count) throw new ArgumentException($"Rank {Rank} is outside 0 to {Endpoints.Count - 1}.");
        if (Generation < 0) throw new ArgumentException($"Generation {Generation} is negative.");
        for (var rank = 0; rank < Endpoints.Count; rank++)
            if (Endpoints[rank] is not { Host.Length: > 0, Port: > 0 and < 65536 })
                throw new ArgumentException(
                    $"Rank {rank}'s endpoint '{Endpoints[rank].Host}:{Endpoints[rank].Port}' needs a host and a port from 1 to 65535.");
    }
}
