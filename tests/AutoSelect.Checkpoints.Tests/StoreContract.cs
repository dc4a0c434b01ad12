using System.Security.Cryptography;
using AutoSelect.Testing;

namespace AutoSelect.Checkpoints.Tests;

/// <summary>What every <see cref="ICheckpointStore"/> must do.</summary>
public abstract class StoreContract : IDisposable
{
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected CheckpointStores Stores { get; } = new();

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The place of the test, empty at first.</summary>
    protected abstract ValueTask<string> Place();

    /// <summary>What a test that fails has to tell of the place.</summary>
    protected virtual IEnumerable<string> Faults => [];

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Faults));
        Stores.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_found_and_read()
    {
        var store = await Open();
        var bytes = await Write(store, "checkpoints/t01/5.safetensors", 100_000);
        var found = await store.Find("checkpoints/t01/5.safetensors", Ct);
        Assert.Equal(100_000, found!.Bytes);
        Assert.Equal(bytes, await Read(store, "checkpoints/t01/5.safetensors", 0, null));
    }

    [Fact]
    public async Task A_file_is_read_in_ranges()
    {
        var store = await Open();
        var bytes = await Write(store, "a", 1000);
        Assert.Equal(bytes[10..], await Read(store, "a", 10, null));
        Assert.Equal(bytes[10..15], await Read(store, "a", 10, 5));
        Assert.Equal(bytes[999..], await Read(store, "a", 999, 1));
        await using var content = new StoredStream(store, (await store.Find("a", Ct))!);
        content.Seek(-3, SeekOrigin.End);
        Assert.Equal(bytes[997..], await All(content));
        content.Position = 0;
        Assert.Equal(bytes, await All(content));
    }

    [Fact]
    public async Task A_second_file_of_a_name_takes_the_place_of_the_first()
    {
        var store = await Open();
        await Write(store, "a", 10);
        var second = await Write(store, "a", 20);
        Assert.Equal(second, await Read(store, "a", 0, null));
        Assert.Equal(20, Assert.Single(await List(store, "")).Bytes);
    }

    [Fact]
    public async Task Files_are_listed_by_the_beginnings_of_their_names()
    {
        var store = await Open();
        Assert.Empty(await List(store, ""));
        foreach (var name in new[] { "t1/a", "t1/b", "t10/a", "final.safetensors" }) await Write(store, name, 3);
        Assert.Equal(["t1/a", "t1/b"], (await List(store, "t1/")).Select(f => f.Name));
        Assert.Equal(["final.safetensors", "t1/a", "t1/b", "t10/a"], (await List(store, "")).Select(f => f.Name));
        Assert.All(await List(store, ""), f => Assert.Equal(3, f.Bytes));
    }

    [Fact]
    public async Task A_file_and_all_files_below_a_name_are_removed_and_no_others()
    {
        var store = await Open();
        foreach (var name in new[] { "t1/a", "t1/b/c", "t10/a", "t2" }) await Write(store, name, 3);
        await store.Remove("t2", Ct);
        await store.Remove("t1", Ct);
        await store.Remove("t1", Ct);
        await store.Remove("t3/a", Ct);
        Assert.Equal(["t10/a"], (await List(store, "")).Select(f => f.Name));
    }

    [Fact]
    public async Task What_is_missing_is_said_to_be()
    {
        var store = await Open();
        Assert.Null(await store.Find("none", Ct));
        var missing = await Assert.ThrowsAsync<CheckpointStoreException>(() => store.Open("none", 0, null, Ct));
        Assert.Equal(CheckpointStoreFault.Missing, missing.Fault);
        Assert.Contains("none", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task A_name_is_no_path_out_of_the_place(string name)
    {
        var store = await Open();
        await Assert.ThrowsAsync<ArgumentException>(() => store.Remove(name, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Find(name, Ct));
    }

    [Fact]
    public async Task A_download_is_checked_by_its_hash_and_its_length()
    {
        var store = await Open();
        var bytes = await Write(store, "a", 5000);
        var hash = Hash(bytes);
        await VerifiedDownload.Run(store, "a", Folder["here"], 5000, hash, Ct);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder["here"], Ct));

        var other = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => VerifiedDownload.Run(store, "a", Folder["other"], 5000, Hash([1]), Ct));
        Assert.Equal(CheckpointStoreFault.Corrupt, other.Fault);
        Assert.Contains(hash, other.Message, StringComparison.Ordinal);
        var shorter = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => VerifiedDownload.Run(store, "a", Folder["other"], 4999, null, Ct));
        Assert.Equal(CheckpointStoreFault.Corrupt, shorter.Fault);
        Assert.Equal([Folder["here"]], Directory.EnumerateFiles(Folder.Path, "*", SearchOption.TopDirectoryOnly));
    }

    [Fact]
    public async Task The_probe_leaves_nothing_behind()
    {
        var store = await Open();
        await StoreProbe.Run(store, Ct);
        Assert.Empty(await List(store, ""));
    }

    protected async Task<ICheckpointStore> Open() => Stores.Open(await Place());

    protected static async Task<byte[]> Write(ICheckpointStore store, string name, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var content = new MemoryStream(bytes);
        await store.Write(name, content, new FileDigest(length, Hash(bytes)), Ct);
        return bytes;
    }

    protected static async Task<byte[]> Read(ICheckpointStore store, string name, long offset, long? count)
    {
        await using var stream = await store.Open(name, offset, count, Ct);
        return await All(stream);
    }

    protected static async Task<List<StoredFile>> List(ICheckpointStore store, string prefix)
    {
        var files = new List<StoredFile>();
        await foreach (var file in store.List(prefix, Ct)) files.Add(file);
        return [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)];
    }

    protected static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<byte[]> All(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Ct);
        return all.ToArray();
    }
}
