using System.Collections.Immutable;
using AutoSelect.Contracts;
using Orleans.Concurrency;

namespace AutoSelect.Grains;

/// <summary>
/// Collects the addresses of a group's ranks until all have come. In memory alone: after a crash the ranks' next call fills it again.
/// It goes away a few minutes after the last call.
/// </summary>
[Reentrant, CollectionAgeLimit(Minutes = 5)]
internal sealed class RendezvousGrain(TimeProvider time) : Grain, IRendezvousGrain
{
    /// <summary>What a rank says of its group's size costs memory.</summary>
    private const int MostRanks = 4096;

    private Meeting? meeting;

    public async Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience)
    {
        if (placement.Size is < 1 or > MostRanks)
            throw new InvalidOperationException($"{placement.Size} ranks: a group has from 1 to {MostRanks}.");
        if (placement.Rank < 0 || placement.Rank >= placement.Size)
            throw new InvalidOperationException($"Rank {placement.Rank} of {placement.Size}: it must be from 0 to {placement.Size - 1}.");
        if (meeting is null || placement.Generation > meeting.Generation)
        {
            // Whoever waits for an older generation waits for ranks that have gone on.
            meeting?.Replace(placement.Generation);
            meeting = new Meeting(placement.Generation, placement.Size);
        }
        var all = meeting.Come(placement, address);
        try
        {
            return await all.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private sealed class Meeting(long generation, int size)
    {
        private readonly RankAddress?[] come = new RankAddress?[size];
        private readonly TaskCompletionSource<ImmutableArray<RankAddress>> all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Generation => generation;

        public Task<ImmutableArray<RankAddress>> Come(RankPlacement placement, RankAddress address)
        {
            if (placement.Generation < generation)
                throw new InvalidOperationException(
                    $"Generation {placement.Generation} of rank {placement.Rank} is over: the group is at {generation}.");
            if (placement.Size != size)
                throw new InvalidOperationException(
                    $"Rank {placement.Rank} expects {placement.Size} ranks, the others of generation {generation} expect {size}.");
            if (come[placement.Rank] is { } known && known != address)
                throw new InvalidOperationException(
                    $"Rank {placement.Rank} of generation {generation} came from {known.Host}:{known.Port} already and now from "
                    + $"{address.Host}:{address.Port}: only one process may have its place.");
            come[placement.Rank] = address;
            if (come.All(a => a is not null)) all.TrySetResult([.. come.Select(a => a!)]);
            return all.Task;
        }

        public void Replace(long newer)
        {
            all.TrySetException(new InvalidOperationException($"Generation {generation} is over: the group is at {newer}."));
            // Nobody may be waiting; that is no error.
            _ = all.Task.Exception;
        }
    }
}
