using AutoSelect.Testing;

namespace AutoSelect.Checkpoints.Tests;

public sealed class FolderStoreTests : StoreContract
{
    protected override ValueTask<string> Place() => new(Folder["jobs"]);

    [Fact]
    public async Task A_link_is_not_followed()
    {
        var store = await Open();
        await Write(store, "a/real", 3);
        File.WriteAllText(Folder["secret"], "secret");
        File.CreateSymbolicLink(Path.Combine(Folder["jobs"], "a", "link"), Folder["secret"]);
        Directory.CreateSymbolicLink(Path.Combine(Folder["jobs"], "b"), Folder.Path);
        Assert.Equal(["a/real"], (await List(store, "")).Select(f => f.Name));
        Assert.Null(await store.Find("a/link", Ct));
        Assert.Null(await store.Find("b/secret", Ct));
        await Assert.ThrowsAsync<CheckpointStoreException>(() => store.Open("b/secret", 0, null, Ct));
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_and_leaves_what_was_there()
    {
        using var disk = SmallDisk.Mount(Folder["disk"], megabytes: 1);
        if (disk is null) Assert.Skip("A small disk can be mounted by root only.");
        var store = Stores.Open(Folder["disk"]);
        var before = await Write(store, "a", 100);
        disk.Fill();
        var full = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(store, "a", 100_000));
        Assert.Equal(CheckpointStoreFault.Full, full.Fault);
        Assert.Equal(before, await Read(store, "a", 0, null));
    }
}
