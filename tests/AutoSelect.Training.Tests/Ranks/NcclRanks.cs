using AutoSelect.Communication;
using AutoSelect.Testing;
using AutoSelect.Training.Ranks;
using TorchSharp;

namespace AutoSelect.Training.Tests;

/// <summary>Ranks connected by a stand-in for NCCL that takes host memory for a device's: no card takes part.</summary>
internal static class NcclRanks
{
    /// <summary>Skips the test where there is no stand-in.</summary>
    public static CudaLibraries Libraries
    {
        get
        {
            Assert.SkipWhen(NcclStandIn.Path is null, NcclStandIn.Missing);
            return NcclStandIn.Libraries;
        }
    }

    /// <summary>Runs what each rank does on a thread of its own.</summary>
    public static T[] Run<T>(int size, Func<TrainingRanks, T> body)
    {
        _ = Libraries;
        return RankThreads.Run(size, ranks => Over(ranks, body));
    }

    /// <summary>Runs what a rank does, with a device of its own.</summary>
    public static T Over<T>(TrainingRanks ranks, Func<TrainingRanks, T> body)
    {
        using var collectives = CudaCollectives.TryJoin(ranks.Group, ranks.Rank, out var refusal, NcclStandIn.Libraries)
            ?? throw new InvalidOperationException(refusal);
        try
        {
            return body(new TrainingRanks(ranks.Group, cuda: collectives) { CollectivesDevice = DeviceType.CPU });
        }
        catch
        {
            // What is queued would wait for the others for ever.
            ranks.Abort();
            throw;
        }
    }
}
