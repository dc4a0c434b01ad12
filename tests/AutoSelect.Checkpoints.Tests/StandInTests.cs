using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Checkpoints.Tests;

/// <summary>Faults of servers, by a stand-in that has them when it is told to.</summary>
public sealed class StandInTests : StoreContract, IAsyncLifetime
{
    private S3StandIn server = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCredentials.Set();
        server = await S3StandIn.Start();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await server.DisposeAsync();
        Dispose();
    }

    protected override ValueTask<string> Place() => new(server.Place);

    [Theory]
    [InlineData(500, "InternalError", CheckpointStoreFault.Unreachable)]
    [InlineData(503, "SlowDown", CheckpointStoreFault.Unreachable)]
    [InlineData(403, "AccessDenied", CheckpointStoreFault.Denied)]
    [InlineData(404, "NoSuchBucket", CheckpointStoreFault.NoPlace)]
    [InlineData(507, "InsufficientStorage", CheckpointStoreFault.Full)]
    [InlineData(413, "EntityTooLarge", CheckpointStoreFault.Full)]
    public async Task An_answer_is_told_as_what_it_means_and_always_in_the_same_words(int status, string code, CheckpointStoreFault means)
    {
        var store = await Open();
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(status, code));
        var first = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(store, "a", 10));
        var second = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(store, "b", 10));
        Assert.Equal(means, first.Fault);
        Assert.Contains("bucket 'bucket'", first.Message, StringComparison.Ordinal);
        Assert.Equal(first.Message, second.Message);
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", 1, null)]
    [InlineData(403, "SignatureDoesNotMatch", int.MaxValue, CheckpointStoreFault.Denied)]
    [InlineData(400, "BadDigest", 1, null)]
    [InlineData(400, "BadDigest", int.MaxValue, CheckpointStoreFault.Unreachable)]
    public async Task What_is_refused_for_its_signature_or_hash_is_sent_once_more(
        int status, string code, int refusals, CheckpointStoreFault? means)
    {
        var store = await Open();
        var asked = 0;
        server.Fault = _ => Task.FromResult(
            Interlocked.Increment(ref asked) <= refusals ? StandInFault.Answer(status, code) : null);
        var fault = await Record.ExceptionAsync(() => Write(store, "a", 10));
        Assert.Equal((2, means is null), (asked, fault is null));
        if (means is null) await VerifiedDownload.Run(store, "a", Folder["a"], 10, null, Ct);
        else Assert.Equal(means, Assert.IsType<CheckpointStoreException>(fault).Fault);
    }

    [Fact]
    public async Task A_server_that_drops_connections_or_is_gone_is_unreachable()
    {
        var store = await Open();
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Drop);
        var dropped = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(store, "a", 10));
        await server.DisposeAsync();
        var gone = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(store, "a", 10));
        Assert.Equal((CheckpointStoreFault.Unreachable, CheckpointStoreFault.Unreachable), (dropped.Fault, gone.Fault));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_was()
    {
        var store = await Open();
        var bytes = await Write(store, "a", 100_000);
        var asked = new List<string?>();
        server.Fault = request =>
        {
            if (request.Method != "GET") return Task.FromResult<StandInFault?>(null);
            asked.Add(request.Headers.Range);
            var arrived = asked.Count * 30_000L;
            return Task.FromResult(asked.Count > 2 ? null : StandInFault.Truncate(30_000, () => Arrived(arrived)));
        };
        await VerifiedDownload.Run(store, "a", Folder["a"], bytes.Length, Hash(bytes), Ct);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder["a"], Ct));
        Assert.Equal([null, "bytes=30000-", "bytes=60000-"], asked);

        async Task Arrived(long length)
        {
            while (new FileInfo(Folder["a.part"]) is not { Exists: true } part || part.Length < length)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
        }
    }

    [Fact]
    public async Task A_download_of_which_nothing_comes_is_given_up()
    {
        var store = await Open();
        var bytes = await Write(store, "a", 100_000);
        server.Fault = request => Task.FromResult(request.Method == "GET" ? StandInFault.Truncate(0) : null);
        var fault = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => VerifiedDownload.Run(store, "a", Folder["a"], bytes.Length, Hash(bytes), Ct));
        Assert.Equal(CheckpointStoreFault.Unreachable, fault.Fault);
    }
}
