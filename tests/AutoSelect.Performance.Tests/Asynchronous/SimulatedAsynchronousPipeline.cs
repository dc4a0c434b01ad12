namespace AutoSelect.Performance.Tests;

/// <summary>
/// A discrete-event simulation of asynchronous training: an independent check of the closed form, with gamma-distributed times. Rounds
/// run back to back; a round takes the sums its workers have finished, and publishes the parameters when it ends.
/// </summary>
internal sealed class SimulatedAsynchronousPipeline(AsynchronousSettings settings, int seed)
{
    private readonly Random random = new(seed);
    private readonly Dictionary<int, int> microSteps = [], staleness = [];
    private double simulated;
    private long gradients;

    /// <summary>Measured over so many rounds, after a tenth of them to forget the start.</summary>
    public (CountDistribution MicroSteps, CountDistribution Staleness, double SecondsPerGradient) Run(int rounds)
    {
        var events = new PriorityQueue<(int Worker, int Version), double>();
        for (var w = 0; w < settings.Workers; w++) events.Enqueue((w, 0), Draw(settings.Gradient) * random.NextDouble());
        var published = new Queue<double>(); // ends of rounds that still run
        var (version, finished) = (0, new List<int>());
        var start = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var end = start + Draw(settings.Update);
            // What was finished before the round began is applied when it has gone through the pipeline.
            Record(finished, round, rounds);
            finished.Clear();
            published.Enqueue(end);
            while (events.TryPeek(out var done, out var at) && at < end)
            {
                events.Dequeue();
                finished.Add(done.Version);
                events.Enqueue((done.Worker, version), at + Draw(settings.Gradient));
            }
            if (published.Count >= settings.PipelineDepth)
            {
                published.Dequeue();
                version++;
            }
            if (round >= rounds / 10) simulated += end - start;
            start = end;
        }
        return (Distribution(microSteps), Distribution(staleness), simulated / gradients * settings.Workers);
    }

    /// <summary>The sums taken by a round are the update that carries its number; all earlier ones came before.</summary>
    private void Record(List<int> versions, int round, int rounds)
    {
        if (round < rounds / 10) return;
        Count(microSteps, versions.Count);
        foreach (var version in versions) Count(staleness, round - version);
        gradients += versions.Count;
    }

    private double Draw(TimeDistribution time)
    {
        if (time.StandardDeviation == 0) return time.MeanSeconds;
        // Marsaglia and Tsang 2000; the shape is above one here.
        var shape = Math.Pow(time.MeanSeconds / time.StandardDeviation, 2);
        var (d, c) = (shape - 1.0 / 3, 1 / Math.Sqrt(9 * shape - 3));
        while (true)
        {
            var x = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < x * x / 2 + d - d * v + d * Math.Log(v))
                return d * v * time.MeanSeconds / shape;
        }
    }

    private static void Count(Dictionary<int, int> counts, int key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static CountDistribution Distribution(Dictionary<int, int> counts) =>
        new(Enumerable.Range(0, counts.Keys.Max() + 1).Select(k => (double)counts.GetValueOrDefault(k)));
}
