namespace AutoSelect.Communication;

/// <summary>In which order a <see cref="CollectiveQueue"/> runs what was started; the same on all ranks.</summary>
public enum CollectiveOrder
{
    /// <summary>As started. All ranks start the buckets in the same order. Costs nothing.</summary>
    Started,

    /// <summary>
    /// Before each all-reduce the ranks exchange how many buckets each has started so far, 8 bytes, and run, of those that the slowest rank
    /// has started too, the one with the lowest priority number. Needs no coordinator, as all choose alike. All ranks start the buckets in
    /// the same order; how far each has come may differ.
    /// </summary>
    Priority,
}
