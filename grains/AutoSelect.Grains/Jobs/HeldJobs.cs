using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>A job that is held by an activation of it.</summary>
internal sealed class Holding
{
    private long seen = -1;

    /// <summary>The <see cref="LeaseSet.Version"/> that it has seen last; -1 before the first.</summary>
    public long Seen
    {
        get => Volatile.Read(ref seen);
        set => Volatile.Write(ref seen, value);
    }
}

/// <summary>Running jobs that are awake on this silo and look by themselves.</summary>
internal sealed class HeldJobs
{
    private readonly ConcurrentDictionary<JobId, Holding> held = new();

    public ImmutableArray<JobId> All => [.. held.Keys];

    public void Add(JobId job, Holding holding) => held[job] = holding;

    /// <summary>Lets go of a job, unless another activation has it by now.</summary>
    public void Remove(JobId job, Holding holding) => held.TryRemove(new KeyValuePair<JobId, Holding>(job, holding));

    /// <summary>Jobs among those of the news that are held here and have not seen it.</summary>
    public IEnumerable<KeyValuePair<JobId, long>> Behind(LeaseNews news) =>
        (news.Jobs ?? All.ToDictionary(job => job, _ => news.Version)).Where(IsBehind);

    /// <summary>True while a job is held here and has not seen its leases as of a version.</summary>
    public bool IsBehind(KeyValuePair<JobId, long> news) => held.TryGetValue(news.Key, out var holding) && holding.Seen < news.Value;
}
