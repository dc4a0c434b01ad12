namespace AutoSelect.Communication;

/// <summary>A rank's shared memory with the ranks of its machine: its own inbox and the mapped ones of the others.</summary>
internal sealed class SharedMemory : IDisposable
{
    private readonly GroupDescription group;
    private readonly GroupOptions options;
    private readonly List<int> neighbours;
    private readonly Dictionary<int, SharedMemoryInbox> mapped = [];
    private string? path;

    private SharedMemory(GroupDescription group, GroupOptions options, List<int> neighbours) =>
        (this.group, this.options, this.neighbours) = (group, options, neighbours);

    /// <summary>Ranks on this machine, in order and with the own one.</summary>
    public IReadOnlyList<int> Neighbours => neighbours;

    /// <summary>The own inbox; null where nobody needs it or there is no memory for it.</summary>
    public SharedMemoryInbox? Inbox { get; private set; }

    /// <exception cref="IOException">There is not enough shared memory and TCP is not allowed instead.</exception>
    public static SharedMemory Create(GroupDescription group, GroupOptions options)
    {
        var machine = group.Endpoints[group.Rank].Machine;
        var neighbours = Enumerable.Range(0, group.Endpoints.Count)
            .Where(r => r == group.Rank || (machine != "" && group.Endpoints[r].Machine == machine)).ToList();
        var memory = new SharedMemory(group, options, neighbours);
        if (options.Path == DataPath.SharedMemory && neighbours.Count < group.Endpoints.Count)
            throw new ArgumentException(
                $"Only {neighbours.Count} of {group.Endpoints.Count} ranks share memory with rank {group.Rank}; let data go over TCP "
                + "between the others.");
        if (neighbours.Count == 1 || options.Path == DataPath.Tcp || (options.Shape is not null && options.Path == DataPath.Automatic))
            return memory;
        var path = SharedMemoryInbox.PathOf(group, group.Rank);
        try
        {
            memory.Inbox = SharedMemoryInbox.Create(path, neighbours.Count, options.RingBytes);
            memory.path = path;
        }
        catch (IOException) when (options.Path != DataPath.SharedMemory)
        {
            // A container may have 64 MB of it or none: its ranks talk over TCP.
        }
        return memory;
    }

    /// <summary>Maps a neighbour's inbox after it said that there is one.</summary>
    /// <returns>Whether data can go through it.</returns>
    public bool TryMap(int rank)
    {
        if (Inbox is null || !neighbours.Contains(rank)) return false;
        try
        {
            mapped[rank] = SharedMemoryInbox.Open(SharedMemoryInbox.PathOf(group, rank), options.RingBytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The link to a rank whose inbox is mapped and that has mapped this one's.</summary>
    public SharedMemoryLink LinkTo(int rank)
    {
        var theirs = mapped[rank];
        return new(rank, theirs, theirs.Ring(neighbours.IndexOf(group.Rank)), Inbox!.Ring(neighbours.IndexOf(rank)));
    }

    /// <summary>Takes the file's name away once all have mapped it: the memory goes with the last process.</summary>
    public void RemoveName()
    {
        if (path is not null) File.Delete(path);
        path = null;
    }

    public void Dispose()
    {
        RemoveName();
        foreach (var inbox in mapped.Values) inbox.Dispose();
        Inbox?.Dispose();
    }
}
