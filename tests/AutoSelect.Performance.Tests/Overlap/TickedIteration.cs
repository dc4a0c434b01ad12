namespace AutoSelect.Performance.Tests;

/// <summary>The same iteration by brute force: every unit of time is looked at, so durations are whole numbers.</summary>
internal static class TickedIteration
{
    /// <param name="choose">Which of the waiting buckets the free channel takes.</param>
    public static int Seconds(
        IReadOnlyList<LayerTime> layers, IReadOnlyList<Transfer> transfers, OverlapMode mode, Func<List<int>, int> choose)
    {
        var (left, arrived, waiting) = (transfers.Select(t => (int)t.Seconds).ToArray(), new bool[transfers.Count], new List<int>());
        var (sending, position, progress) = (-1, 0, 0);
        var script = Script(layers.Count, mode).ToArray();
        for (var tick = 0; ; tick++)
        {
            // Everything that needs no time at this moment.
            for (var changed = true; changed;)
            {
                changed = false;
                if (sending >= 0 && left[sending] == 0)
                {
                    (arrived[sending], sending, changed) = (true, -1, true);
                }
                while (position < script.Length && MayRun(script[position]) && progress == Duration(script[position]))
                {
                    for (var b = 0; b < transfers.Count; b++)
                        if (Completes(script[position], b)) waiting.Add(b);
                    (position, progress, changed) = (position + 1, 0, true);
                }
                if (sending < 0 && waiting.Count > 0 && !changed)
                {
                    sending = choose(waiting);
                    waiting.Remove(sending);
                    changed = left[sending] == 0;
                }
            }
            if (position == script.Length) return tick;
            if (MayRun(script[position])) progress++;
            if (sending >= 0) left[sending]--;
        }

        int Duration((char Kind, int Layer) work) => (int)(work.Kind switch
        {
            'b' => layers[work.Layer].BackwardSeconds,
            'u' => layers[work.Layer].UpdateSeconds,
            _ => layers[work.Layer].ForwardSeconds,
        });

        bool MayRun((char Kind, int Layer) work) => work.Kind switch
        {
            'b' => true,
            _ when mode == OverlapMode.BackwardAndForward =>
                Enumerable.Range(0, transfers.Count).All(b => arrived[b] || !In(b, work.Layer)),
            _ => arrived.All(a => a),
        };

        bool Completes((char Kind, int Layer) work, int b) =>
            work.Kind == 'b' && (mode == OverlapMode.None ? work.Layer == 0 : work.Layer == transfers[b].Bucket.First);

        bool In(int b, int layer) => layer >= transfers[b].Bucket.First && layer <= transfers[b].Bucket.Last;
    }

    private static IEnumerable<(char Kind, int Layer)> Script(int layers, OverlapMode mode)
    {
        for (var l = layers - 1; l >= 0; l--) yield return ('b', l);
        if (mode != OverlapMode.BackwardAndForward)
            for (var l = 0; l < layers; l++) yield return ('u', l);
        for (var l = 0; l < layers; l++)
        {
            if (mode == OverlapMode.BackwardAndForward) yield return ('u', l);
            yield return ('f', l);
        }
    }
}
