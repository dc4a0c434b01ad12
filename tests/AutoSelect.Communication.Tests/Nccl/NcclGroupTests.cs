using System.Runtime.InteropServices;
using AutoSelect.Testing;

namespace AutoSelect.Communication.Tests;

/// <summary>The calls of NCCL, their order and arguments, against a stand-in: nothing here ran on a card.</summary>
[Collection("NCCL stand-in")] // counts calls of the whole process
public sealed class NcclGroupTests
{
    private const int Count = 12;

    /// <summary>Skips the test where there is none.</summary>
    private static string Library
    {
        get
        {
            Assert.SkipWhen(NcclStandIn.Path is null, NcclStandIn.Missing);
            return NcclStandIn.Path!;
        }
    }

    [Fact]
    public async Task Without_the_library_all_ranks_are_told_so()
    {
        await Ranks.RunAsync(1, null, group =>
        {
            var error = Assert.Throws<DllNotFoundException>(() => NcclGroup.Join(group, "libnccl-that-is-not-there.so.2"));
            Assert.StartsWith("'libnccl-that-is-not-there.so.2' was not found", error.Message, StringComparison.Ordinal);
            Assert.Contains("LD_LIBRARY_PATH", error.Message, StringComparison.Ordinal);
        });
        var found = Library;
        await Ranks.RunAsync(2, null, group =>
        {
            if (group.Rank == 1) Assert.Throws<DllNotFoundException>(() => NcclGroup.Join(group, "libnccl-that-is-not-there.so.2"));
            else
                Assert.Contains("another of the 2 ranks",
                    Assert.Throws<InvalidOperationException>(() => NcclGroup.Join(group, found)).Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_library_that_is_not_NCCL_is_named() =>
        Assert.Contains("'libc.so.6' has no function nccl",
            Assert.Throws<EntryPointNotFoundException>(() => new NcclLibrary("libc.so.6")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(NcclType.Fp32, 4, 4, 4), InlineData(NcclType.Fp16, 4, 4, 4), InlineData(NcclType.Bf16, 4, 4, 4)]
    [InlineData(NcclType.Fp32, 5, 0, 7), InlineData(NcclType.Fp16, 1, 9, 2)]
    public async Task Collectives_come_out_as_they_should(NcclType type, params int[] counts)
    {
        var path = Library;
        await Ranks.RunAsync(3, null, group =>
        {
            using var nccl = NcclGroup.Join(group, path);
            using var values = new DeviceMemory(type, Count);
            values.Set(i => (group.Rank + 1) * i);
            nccl.AllReduce(values.Address, Count, type);
            nccl.Check();
            Assert.Equal(Enumerable.Range(0, Count).Select(i => 6f * i), values.Get());

            values.Set(i => group.Rank + i);
            nccl.ReduceScatter(values.Address, counts, type);
            Assert.Equal(OwnPart(group.Rank, counts).Select(i => 3f + 3 * i), values.Get()[OwnRange(group.Rank, counts)]);

            nccl.AllGather(values.Address, counts, type);
            Assert.Equal(Enumerable.Range(0, Count).Select(i => 3f + 3 * i), values.Get());

            values.Set(i => 100 * group.Rank + i);
            using var received = new DeviceMemory(type, Count);
            nccl.AllToAll(values.Address, received.Address, Count / 3, type);
            Assert.Equal(Enumerable.Range(0, Count).Select(i => 100f * (i / 4) + 4 * group.Rank + i % 4), received.Get());

            values.Set(i => 10 * group.Rank + i);
            nccl.Broadcast(values.Address, Count, type, root: 2);
            Assert.Equal(Enumerable.Range(0, Count).Select(i => 20f + i), values.Get());
        });
    }

    [Fact]
    public async Task A_lost_rank_ends_the_collectives_of_the_others()
    {
        var path = Library;
        var aborts = NcclStandIn.Aborts;
        using var ready = new Barrier(3);
        await Ranks.RunAsync(3, null, group =>
        {
            using var nccl = NcclGroup.Join(group, path);
            using var values = new DeviceMemory(NcclType.Fp32, Count);
            Ranks.Meet(ready);
            if (group.Rank == 1)
            {
                group.Abort();
                return;
            }
            var lost = Assert.Throws<RankLostException>(() => nccl.AllReduce(values.Address, Count, NcclType.Fp32));
            Assert.Equal(1, lost.Rank);
            Assert.Throws<RankLostException>(nccl.Check);
        });
        Assert.Equal(aborts + 3, NcclStandIn.Aborts);
    }

    [Fact]
    public async Task What_NCCL_refuses_is_explained_and_what_makes_no_sense_never_reaches_it()
    {
        var path = Library;
        var destroys = NcclStandIn.Destroys;
        await Ranks.RunAsync(1, null, group =>
        {
            var nccl = NcclGroup.Join(group, path);
            using var values = new DeviceMemory(NcclType.Fp32, Count);
            var refused = Assert.Throws<NcclException>(() => nccl.AllReduce(values.Address, 1L << 41, NcclType.Fp32));
            Assert.Equal(("ncclAllReduce failed with result 4: invalid argument.", 4), (refused.Message, refused.Result));
            Assert.Contains("12 values at address 0",
                Assert.Throws<ArgumentException>(() => nccl.AllReduce(0, Count, NcclType.Fp32)).Message, StringComparison.Ordinal);
            Assert.Contains("12 values at address 0",
                Assert.Throws<ArgumentException>(() => nccl.AllGather(0, [Count], NcclType.Fp32)).Message, StringComparison.Ordinal);
            Assert.Contains("12 values at address 0", Assert.Throws<ArgumentException>(
                () => nccl.AllToAll(values.Address, 0, Count, NcclType.Fp32)).Message, StringComparison.Ordinal);
            Assert.Contains("2 counts were given for 1 ranks", Assert.Throws<ArgumentException>(
                () => nccl.ReduceScatter(values.Address, [6, 6], NcclType.Fp32)).Message, StringComparison.Ordinal);
            Assert.Contains(
                "Count -1 is negative", Assert.Throws<ArgumentException>(() => nccl.AllGather(values.Address, [-1], NcclType.Fp32)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => nccl.AllReduce(values.Address, -1, NcclType.Fp32));
            Assert.Contains(
                "0 to 0", Assert.Throws<ArgumentOutOfRangeException>(() => nccl.Broadcast(values.Address, 1, NcclType.Fp32, 1)).Message,
                StringComparison.Ordinal);
            nccl.Dispose();
            nccl.Dispose();
            Assert.Equal(destroys + 1, NcclStandIn.Destroys);
            Assert.Throws<ObjectDisposedException>(() => nccl.AllReduce(values.Address, Count, NcclType.Fp32));
        });
    }

    private static Range OwnRange(int rank, int[] counts) => counts[..rank].Sum()..counts[..(rank + 1)].Sum();

    private static int[] OwnPart(int rank, int[] counts) => Enumerable.Range(0, Count).ToArray()[OwnRange(rank, counts)];

    /// <summary>What the stand-in takes for device memory.</summary>
    private sealed unsafe class DeviceMemory(NcclType type, int count) : IDisposable
    {
        public nint Address { get; } = Marshal.AllocHGlobal(count * sizeof(float));

        public void Set(Func<int, float> value)
        {
            for (var i = 0; i < count; i++)
                if (type == NcclType.Fp32) ((float*)Address)[i] = value(i);
                else if (type == NcclType.Fp16) ((Half*)Address)[i] = (Half)value(i);
                else ((ushort*)Address)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value(i)) >> 16);
        }

        public float[] Get() => [.. Enumerable.Range(0, count).Select(i => type switch
        {
            NcclType.Fp32 => ((float*)Address)[i],
            NcclType.Fp16 => (float)((Half*)Address)[i],
            _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)Address)[i] << 16),
        })];

        public void Dispose() => Marshal.FreeHGlobal(Address);
    }
}
