using AutoSelect.Host.Control;
using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>What a place for checkpoints is asked before anything starts.</summary>
public sealed class CheckpointPlaceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public CheckpointPlaceTests() => AwsCredentials.Set();

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "SlowDown")]
    public async Task A_store_that_cannot_now_is_asked_again(int status, string code)
    {
        await using var store = await S3StandIn.Start();
        // Each request is sent twice at most.
        var left = 2;
        store.Fault = _ => Task.FromResult(Interlocked.Decrement(ref left) >= 0 ? StandInFault.Answer(status, code) : null);
        await CheckpointPlace.Check(store.Place, Cancelled);
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task A_store_that_denies_is_asked_once()
    {
        await using var store = await S3StandIn.Start();
        store.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(403, "AccessDenied"));
        await Assert.ThrowsAsync<EnvironmentFaultException>(() => CheckpointPlace.Check(store.Place, Cancelled));
        Assert.Single(store.Requests);
    }
}
