using System.Diagnostics;
using System.Numerics.Tensors;

namespace AutoSelect.Communication;

/// <summary>Measures what computing suffers from a group: copies to and from what is sent, and transfers that run beside it.</summary>
internal static class ComputeProbe
{
    private const double ChunkSeconds = 2.5e-4, TrafficSeconds = .06, MostInterference = .95;
    private const int Chunks = 100, CopyRounds = 6;

    // What a core multiplies stays in its first cache; what it copies is larger than the second.
    private const int WorkValues = 1 << 12, CopyValues = 1 << 20;

    /// <summary>Measures on all ranks at once, as they compute in training.</summary>
    /// <param name="group">No other collective runs meanwhile.</param>
    /// <param name="measured">Gets copying and interference.</param>
    /// <param name="largestBytes">Of the all-reduces that the network has time for.</param>
    public static GroupMeasurement Run(ProcessGroup group, GroupMeasurement measured, int largestBytes)
    {
        measured = measured with { CopySecondsPerByte = CopySeconds(group) / (sizeof(float) * CopyValues) };
        if (group.Size == 1) return measured;
        var chunk = new Work().Calibrate(group, ChunkSeconds);
        var alone = Enumerable.Range(0, Chunks).Select(_ => Time(chunk)).Order().ElementAt(Chunks / 2);
        var lost = 1 - (Beside(group, measured, largestBytes, chunk) * alone);
        return measured with { Interference = LinkProbe.Slowest(group, Math.Clamp(lost, 0, MostInterference)) };
    }

    /// <summary>Chunks a second while all-reduces run back to back on a thread beside.</summary>
    private static double Beside(ProcessGroup group, GroupMeasurement measured, int bytes, Action chunk)
    {
        var once = measured.Collectives.Where(c => c.Bytes == bytes && c.Collective == Collective.DirectAllReduce)
            .Select(c => c.Seconds).DefaultIfEmpty(TrafficSeconds).First();
        var repetitions = Math.Clamp((int)(TrafficSeconds / once), 1, 1000);
        var values = GC.AllocateArray<float>(bytes / sizeof(float), pinned: true);
        Exception? failure = null;
        group.Barrier();
        var traffic = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < repetitions; i++) group.AllReduce(values);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true, Name = "link probe" };
        var started = Stopwatch.GetTimestamp();
        traffic.Start();
        var chunks = 0;
        for (; traffic.IsAlive; chunks++) chunk();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        traffic.Join();
        if (failure is RankLostException lost) throw new RankLostException(lost);
        if (failure is not null) throw failure;
        return chunks / seconds;
    }

    private static double CopySeconds(ProcessGroup group)
    {
        var (from, to) = (new float[CopyValues], new float[CopyValues]);
        var least = double.PositiveInfinity;
        for (var round = 0; round <= CopyRounds; round++)
        {
            var seconds = Time(() => TensorPrimitives.Multiply(from, .5f, to));
            if (round > 0) least = Math.Min(least, seconds);
        }
        return LinkProbe.Slowest(group, least);
    }

    private static double Time(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Arithmetic that keeps a core busy and its memory alone.</summary>
    private sealed class Work
    {
        private readonly float[] values = new float[WorkValues], added = [.. Enumerable.Repeat(1f, WorkValues)];

        /// <summary>The same work on all ranks, of about so many seconds.</summary>
        public Action Calibrate(ProcessGroup group, double seconds)
        {
            Repeat(1);
            var once = LinkProbe.Slowest(group, Enumerable.Range(0, 5).Min(_ => Time(() => Repeat(10)) / 10));
            var repetitions = Math.Max(1, (int)(seconds / once));
            return () => Repeat(repetitions);
        }

        private void Repeat(int count)
        {
            for (var i = 0; i < count; i++) TensorPrimitives.MultiplyAdd(values, .5f, added, values);
        }
    }
}
