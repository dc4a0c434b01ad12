using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Access;

public sealed class KeyLookupTests
{
    private readonly FakeTimeProvider time = new();
    private readonly AwayStore store = new();

    [Fact]
    public async Task A_device_is_known_while_the_store_is_away_for_as_long_as_it_trains_without_an_answer()
    {
        var lookup = new KeyLookup(store, time);
        Assert.NotNull(await lookup.Find("device"));
        store.IsAway = true;
        time.Advance(KeyLookup.LongestAway - TimeSpan.FromSeconds(1));
        Assert.NotNull(await lookup.Find("device"));
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await lookup.Find("device"));
    }

    [Fact]
    public async Task A_device_whose_key_was_revoked_meanwhile_is_refused_once_the_store_is_back()
    {
        var lookup = new KeyLookup(store, time);
        await lookup.Find("device");
        (store.IsAway, store.RevokedAt) = (true, time.GetUtcNow());
        time.Advance(KeyLookup.Longest);
        Assert.Null((await lookup.Find("device"))!.RevokedAt);
        store.IsAway = false;
        Assert.NotNull((await lookup.Find("device"))!.RevokedAt);
    }

    [Fact]
    public async Task People_are_not_known_while_the_store_is_away()
    {
        var lookup = new KeyLookup(store, time);
        Assert.NotNull(await lookup.Find("person"));
        store.IsAway = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await lookup.Find("person"));
    }

    private sealed class AwayStore : IKeyStore
    {
        public bool IsAway { get; set; }

        public DateTimeOffset? RevokedAt { get; set; }

        public Task<int> RemoveSessions(DateTimeOffset time) => throw new NotSupportedException();

        public Task<string> Secret(string name, string made) => throw new NotSupportedException();

        public Task<KeyDescription?> Find(string digest) => IsAway
            ? throw new StoreUnavailableException("x", new IOException("it is away"))
            : Task.FromResult<KeyDescription?>(new KeyDescription
            {
                Id = digest,
                Name = digest,
                Role = digest == "device" ? KeyRole.Device : KeyRole.Submitter,
                Project = KeyDescription.AllProjects,
                CreatedAt = DateTimeOffset.UnixEpoch,
                ExpiresAt = DateTimeOffset.MaxValue,
                RevokedAt = RevokedAt,
            });

        public Task Add(KeyDescription key, string digest) => throw new NotSupportedException();

        public Task<IReadOnlyList<KeyDescription>> List() => throw new NotSupportedException();

        public Task<KeyDescription?> Revoke(string id, DateTimeOffset time) => throw new NotSupportedException();
    }
}
