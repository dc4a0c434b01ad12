using Amazon.S3;
using AutoSelect.Checkpoints.S3;

namespace AutoSelect.Checkpoints.Tests;

/// <summary>The store in a bucket, against a real server: OpenStack Swift's s3api.</summary>
public sealed class SwiftStoreTests(SwiftFixture swift) : StoreContract, IClassFixture<SwiftFixture>
{
    protected override async ValueTask<string> Place() => await swift.Server.CreateBucket();

    protected override IEnumerable<string> Faults => swift.Server.Faults();

    [Fact]
    public async Task The_hash_is_kept_with_the_object()
    {
        var store = await Open();
        var bytes = await Write(store, "a", 100);
        Assert.Equal(Hash(bytes), (await store.Find("a", Ct))!.Sha256);
    }

    [Fact]
    public async Task A_large_file_goes_in_parts_and_is_removed_with_them()
    {
        var place = await Place();
        var location = S3Location.Parse(place);
        using var client = S3Connection.Open(location);
        var store = new S3Store(client, location, place) { PartBytes = 5 << 20 };
        var bytes = await Write(store, "large", (11 << 20) + 7);
        var found = (await store.Find("large", Ct))!;
        Assert.Equal((bytes.Length, Hash(bytes)), (found.Bytes, found.Sha256));
        Assert.Equal(bytes[(5 << 20)..][..9], await Read(store, "large", 5 << 20, 9));
        await VerifiedDownload.Run(store, "large", Folder["large"], bytes.Length, Hash(bytes), Ct);
        await store.Remove("large", Ct);
        Assert.Empty(await List(store, ""));
    }

    [Fact]
    public async Task Parts_that_are_given_up_leave_nothing()
    {
        var place = await Place();
        var location = S3Location.Parse(place);
        using var client = S3Connection.Open(location);
        var store = new S3Store(client, location, place) { PartBytes = 5 << 20 };
        using var content = new BreakingStream(12 << 20, breaksAt: 6 << 20);
        await Assert.ThrowsAsync<CheckpointStoreException>(
            () => store.Write("large", content, new FileDigest(12 << 20, new string('0', 64)), Ct));
        Assert.Empty((await client.ListMultipartUploadsAsync(location.Bucket, Ct)).MultipartUploads ?? []);
        Assert.Empty(await List(store, ""));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        var none = (await Place()).Replace("s3://bucket", "s3://no-bucket", StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<CheckpointStoreException>(() => StoreProbe.Run(Stores.Open(none), Ct));
        Assert.Equal(CheckpointStoreFault.NoPlace, fault.Fault);
        Assert.Contains("no-bucket", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_credentials_are_refused_and_not_told()
    {
        var location = S3Location.Parse(await Place());
        using var client = new AmazonS3Client("test:tester", "a-wrong-secret", new AmazonS3Config
        {
            ServiceURL = location.Endpoint!.ToString(),
            AuthenticationRegion = location.Region,
            ForcePathStyle = true,
        });
        var fault = await Assert.ThrowsAsync<CheckpointStoreException>(
            () => StoreProbe.Run(new S3Store(client, location, location.ToString()), Ct));
        Assert.Equal(CheckpointStoreFault.Denied, fault.Fault);
        Assert.DoesNotContain("a-wrong-secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_bucket_is_said_to_be()
    {
        var place = await Place();
        await Write(Stores.Open(place), "a", 100);
        await swift.Server.SetQuota(place, 150);
        var fault = await Assert.ThrowsAsync<CheckpointStoreException>(() => Write(Stores.Open(place), "b", 100));
        Assert.Equal(CheckpointStoreFault.Full, fault.Fault);
        Assert.Equal(["a"], (await List(Stores.Open(place), "")).Select(f => f.Name));
    }

    [Fact]
    public async Task An_object_that_was_damaged_is_not_taken()
    {
        var place = await Place();
        var bytes = await Write(Stores.Open(place), "a", 100);
        await swift.Server.Damage(Contracts.CheckpointUri.Below(place, "a"));
        foreach (var hash in new[] { Hash(bytes), null })
        {
            var fault = await Assert.ThrowsAsync<CheckpointStoreException>(
                () => VerifiedDownload.Run(Stores.Open(place), "a", Folder["a"], 100, hash, Ct));
            Assert.Equal(CheckpointStoreFault.Corrupt, fault.Fault);
        }
    }
}
