using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication.Tests;

public sealed class ShapedLinkTests
{
    [Theory]
    [InlineData(2, DataPath.Automatic, "TCP")]
    [InlineData(3, DataPath.Tcp, "TCP")]
    [InlineData(2, DataPath.SharedMemory, "shared memory")]
    [InlineData(3, DataPath.SharedMemory, "shared memory")]
    public async Task Data_arrives_whole_over_a_slow_link(int ranks, DataPath path, string medium) =>
        await Ranks.RunAsync(ranks, new() { Path = path, Shape = new(50e6, 1e-3) }, group =>
        {
            Assert.Equal($"{medium} slowed down in the process to 400 Mbit/s a rank and 1 ms latency", group.Description);
            foreach (var count in new[] { 1, 5000, 40_001 })
            {
                var values = new float[count];
                Array.Fill(values, group.Rank + 1);
                group.AllReduce(values);
                Assert.False(values.AsSpan().ContainsAnyExcept(ranks * (ranks + 1) / 2));
                group.Broadcast(values, 0);
                group.Barrier();
            }
        });

    [Theory]
    [InlineData(DataPath.Tcp)]
    [InlineData(DataPath.SharedMemory)]
    public async Task Nothing_is_faster_than_the_link(DataPath path)
    {
        var sent = 0L;
        await Ranks.RunAsync(2, new() { Path = path, Shape = new(10e6, 5e-3) }, group =>
        {
            // Lower bounds, which hold whatever else the machine does. The clock is one, as both ranks are in this process.
            var signal = new byte[1];
            if (group.Rank == 0) Volatile.Write(ref sent, Stopwatch.GetTimestamp());
            group.Broadcast(signal, 0);
            if (group.Rank == 1) Assert.True(Stopwatch.GetElapsedTime(Volatile.Read(ref sent)).TotalSeconds >= 5e-3);
            // 400 kB at 10 MB/s, of which the last 5 ms may still be on the way when the sender is done.
            var started = Stopwatch.GetTimestamp();
            group.AllReduce(new float[100_000]);
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds > .035 - 1e-3);
            Assert.Equal(400_000 + (group.Rank == 0 ? 1 : 0), group.BytesSent);
        });
    }

    [Theory]
    [InlineData(0, 0, "Bandwidth 0")]
    [InlineData(1, -1, "Latency -1")]
    public async Task A_link_that_makes_no_sense_is_refused(double bandwidth, double latency, string message) =>
        Assert.Contains(message,
            (await Assert.ThrowsAsync<ArgumentException>(() => Ranks.FormAsync(1, new() { Shape = new(bandwidth, latency) }))).Message);

    [Fact]
    public unsafe void Foreign_memory_is_seen_where_it_lies()
    {
        var values = GC.AllocateArray<float>(8, pinned: true);
        var memory = new PointerMemory((nint)Unsafe(values), 8, values).Memory;
        memory.Span[3] = 5;
        Assert.Equal(5, values[3]);
        Assert.Equal(8, memory.Length);
        static void* Unsafe(float[] array) =>
            System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }
}
