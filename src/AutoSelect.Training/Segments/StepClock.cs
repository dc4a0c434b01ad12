using AutoSelect.Contracts;

namespace AutoSelect.Training.Segments;

/// <summary>Times of a segment's steps but the first group: lower quartile over the latest, mean and its standard error over all.</summary>
internal sealed class StepClock
{
    private const int Capacity = 512;

    // Too few samples say nothing about quartiles.
    private const int LeastSamples = 3;

    // The first group compiles, allocates and fills caches.
    private const int WarmUp = 1;

    private readonly double[] latest = new double[Capacity];
    private long groups, samples;
    private long steps;
    private double mean;
    private double squares;

    /// <summary>Adds a group of steps that were timed together.</summary>
    public void Add(double seconds, int groupSteps)
    {
        steps += groupSteps;
        if (groups++ < WarmUp) return;
        var sample = seconds / groupSteps;
        latest[samples++ % Capacity] = sample;
        var difference = sample - mean;
        mean += difference / samples;
        squares += difference * (sample - mean);
    }

    /// <summary>Null until a few steps were timed.</summary>
    public StepTime? Result()
    {
        if (samples < LeastSamples) return null;
        var sorted = latest[..(int)Math.Min(samples, Capacity)];
        Array.Sort(sorted);
        return new StepTime
        {
            Steps = steps,
            LowerQuartileSeconds = sorted[sorted.Length / 4],
            MeanSeconds = mean,
            StandardErrorSeconds = Math.Sqrt(squares / (samples - 1) / samples),
        };
    }
}
