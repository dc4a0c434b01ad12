namespace AutoSelect.Performance;

/// <summary>A piece of work of the computing thread.</summary>
/// <param name="Needs">Transfers that must have arrived before it starts: one, all, or none.</param>
/// <param name="Completes">Transfers that may start when it ends.</param>
internal readonly record struct IterationTask(double Seconds, Range Needs, Range Completes);

/// <summary>The order in which the computing thread works from one backward pass to the next.</summary>
internal static class IterationTasks
{
    public static IEnumerable<IterationTask> InOrder(IReadOnlyList<LayerTime> layers, int[] bucketOf, int buckets, OverlapMode mode)
    {
        var (none, all) = (..0, ..buckets);
        for (var l = layers.Count - 1; l >= 0; l--)
        {
            // A bucket is complete with its lowest layer.
            var complete = mode != OverlapMode.None && bucketOf[l] >= 0 && (l == 0 || bucketOf[l - 1] != bucketOf[l]);
            yield return new IterationTask(layers[l].BackwardSeconds, none, complete ? One(bucketOf[l]) : none);
        }
        if (mode == OverlapMode.None) yield return new IterationTask(0, none, all);
        if (mode != OverlapMode.BackwardAndForward) yield return new IterationTask(layers.Sum(l => l.UpdateSeconds), all, none);
        for (var l = 0; l < layers.Count; l++)
        {
            var needs = bucketOf[l] >= 0 ? One(bucketOf[l]) : none;
            if (mode == OverlapMode.BackwardAndForward) yield return new IterationTask(layers[l].UpdateSeconds, needs, none);
            yield return new IterationTask(layers[l].ForwardSeconds, none, none);
        }
    }

    private static Range One(int bucket) => bucket..(bucket + 1);
}
