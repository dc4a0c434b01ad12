using System.Threading.Channels;
using AutoSelect.Contracts;
using AutoSelect.Device.Checkpoints;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>Takes down what is told of uploads, in order: steps that are stored, and faults.</summary>
internal sealed class Audience : IUploadAudience
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly Channel<object> told = Channel.CreateUnbounded<object>();

    public long StoredCheckpointStep { get; set; }

    public void OnStored(Checkpoint checkpoint) => told.Writer.TryWrite(checkpoint);

    public void OnStoreFault(string reason) => told.Writer.TryWrite(reason);

    /// <summary>True where nothing was told that has not been taken.</summary>
    public bool IsSilent => !told.Reader.TryPeek(out _);

    /// <summary>The next that is told.</summary>
    public async Task<T> Next<T>() =>
        Assert.IsType<T>(await told.Reader.ReadAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Ct));
}
