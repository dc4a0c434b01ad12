using System.Runtime.InteropServices;
using AutoSelect.Testing;

namespace AutoSelect.Communication.Tests;

/// <summary>
/// The order of a stream of its own against the default one, and who gets one, against stand-ins: nothing here ran on a card.
/// </summary>
[Collection("NCCL stand-in")] // counts calls of the whole process
public sealed class CudaCollectivesTests
{
    private const string Nowhere = "libcuda-that-is-not-there.so.1";
    private const int Count = 1000;

    private static CudaLibraries Libraries
    {
        get
        {
            Assert.SkipWhen(NcclStandIn.Path is null, NcclStandIn.Missing);
            return NcclStandIn.Libraries;
        }
    }

    [Fact]
    public async Task Collectives_begin_after_the_default_stream_and_it_goes_on_after_them()
    {
        var libraries = Libraries;
        await Ranks.RunAsync(3, null, group =>
        {
            using var cuda = CudaCollectives.TryJoin(group, group.Rank, out var refusal, libraries)!;
            Assert.Equal("", refusal);
            using var values = new Values(1);
            var done = cuda.NewMark();
            NcclStandIn.TakeCalls();
            cuda.Queue((nccl, stream) => nccl.AllReduce(values.Address, Count, NcclType.Fp32, stream), done);
            Assert.Equal("record(0) wait(1) all-reduce(1) record(1)", NcclStandIn.TakeCalls());
            cuda.Await(done);
            Assert.Equal("wait(0)", NcclStandIn.TakeCalls());
            Assert.All(values.Span.ToArray(), v => Assert.Equal(3, v));
            cuda.Run((nccl, stream) => nccl.AllReduce(values.Address, Count, NcclType.Fp32, stream));
            Assert.All(values.Span.ToArray(), v => Assert.Equal(9, v));
            cuda.Check();
        });
    }

    [Fact]
    public async Task Any_thread_of_a_rank_may_queue()
    {
        var libraries = Libraries;
        await Ranks.RunAsync(2, null, group =>
        {
            using var cuda = CudaCollectives.TryJoin(group, group.Rank, out _, libraries)!;
            using var values = new Values(1);
            // Its current device is none until it is made so.
            var backward = new Thread(() => cuda.Run((nccl, stream) => nccl.AllReduce(values.Address, Count, NcclType.Fp32, stream)));
            backward.Start();
            backward.Join();
            cuda.Finish();
            Assert.All(values.Span.ToArray(), v => Assert.Equal(2, v));
        });
    }

    [Theory]
    [InlineData(1, Nowhere, null, "Rank 1 has no CUDA device", Nowhere)]
    [InlineData(1, null, Nowhere, "another of the 3 ranks has not", Nowhere)]
    [InlineData(99, null, null, "Rank 1 has no CUDA device", "cuDeviceGet failed with result 101: invalid device ordinal")]
    [InlineData(null, null, null, "Rank 1 has no CUDA device", "This rank has no CUDA device")]
    [InlineData(2, null, null, "Ranks 1 and 2 share a CUDA device", "Ranks 1 and 2 share a CUDA device")]
    public async Task Where_one_rank_cannot_none_does(int? device, string? driver, string? nccl, string others, string own)
    {
        var libraries = Libraries;
        await Ranks.RunAsync(3, null, group =>
        {
            var (index, used) = group.Rank == 1 ? (device, new CudaLibraries(nccl ?? libraries.Nccl, driver ?? libraries.Driver))
                : (group.Rank, libraries);
            Assert.Null(CudaCollectives.TryJoin(group, index, out var refusal, used));
            Assert.Contains(group.Rank == 1 ? own : others, refusal, StringComparison.Ordinal);
            group.Barrier(); // of use as before
        });
    }

    [Fact]
    public async Task A_lost_rank_lets_the_others_go_on_to_be_told()
    {
        var libraries = Libraries;
        using var ready = new Barrier(3);
        await Ranks.RunAsync(3, null, group =>
        {
            using var cuda = CudaCollectives.TryJoin(group, group.Rank, out _, libraries)!;
            using var values = new Values(1);
            Ranks.Meet(ready);
            if (group.Rank == 1)
            {
                group.Abort();
                return;
            }
            var told = Assert.Throws<RankLostException>(() =>
            {
                cuda.Run((nccl, stream) => nccl.AllReduce(values.Address, Count, NcclType.Fp32, stream));
                cuda.Check();
            });
            Assert.Equal(1, told.Rank);
        });
    }

    [Fact]
    public async Task Nothing_is_queued_once_disposed()
    {
        var libraries = Libraries;
        await Ranks.RunAsync(1, null, group =>
        {
            var cuda = CudaCollectives.TryJoin(group, 0, out _, libraries)!;
            cuda.Dispose();
            cuda.Dispose();
            cuda.Finish();
            Assert.Throws<ObjectDisposedException>(() => cuda.Run((_, _) => { }));
        });
    }

    [Fact]
    public void A_library_that_is_no_driver_is_named() =>
        Assert.Contains("'libc.so.6' has no function cu",
            Assert.Throws<EntryPointNotFoundException>(() => new CudaDriver("libc.so.6")).Message, StringComparison.Ordinal);

    private sealed unsafe class Values : IDisposable
    {
        public Values(float value) => Span.Fill(value);

        public nint Address { get; } = Marshal.AllocHGlobal(Count * sizeof(float));

        public Span<float> Span => new((void*)Address, Count);

        public void Dispose() => Marshal.FreeHGlobal(Address);
    }
}
