using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What every store of API keys has to do.</summary>
public abstract class KeyStoreContract
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task A_key_is_found_by_its_digest_alone()
    {
        var keys = await Open();
        Assert.Null(await keys.Find("aa"));
        Assert.Empty(await keys.List());
        await keys.Add(Key("k1", 2), "aa");
        await keys.Add(Key("k2", 1), "bb");
        Assert.Equal(Key("k1", 2), await keys.Find("aa"));
        Assert.Null(await keys.Find("k1"));
        Assert.Null(await keys.Find("a%"));
        Assert.Equal(["k2", "k1"], (await keys.List()).Select(k => k.Id));
    }

    [Theory]
    [InlineData("k1", "cc")]
    [InlineData("k2", "aa")]
    public async Task An_id_or_a_digest_is_added_once(string id, string digest)
    {
        var keys = await Open();
        await keys.Add(Key("k1", 0), "aa");
        await Assert.ThrowsAsync<InvalidOperationException>(() => keys.Add(Key(id, 1), digest));
        Assert.Single(await keys.List());
    }

    [Fact]
    public async Task A_key_is_revoked_once_and_kept()
    {
        var keys = await Open();
        Assert.Null(await keys.Revoke("k1", Start));
        await keys.Add(Key("k1", 0), "aa");
        var revoked = await keys.Revoke("k1", Start.AddDays(1));
        Assert.Equal(Start.AddDays(1), revoked!.RevokedAt);
        Assert.Equal(revoked, await keys.Revoke("k1", Start.AddDays(2)));
        Assert.Equal(revoked, await keys.Find("aa"));
        Assert.False(revoked.IsGoodAt(Start));
        Assert.Null(await keys.Revoke("k2", Start));
    }

    [Fact]
    public async Task Others_see_what_was_added_and_revoked()
    {
        var (keys, others) = (await Open(), await Open());
        await keys.Add(Key("k1", 0), "aa");
        Assert.NotNull(await others.Find("aa"));
        await others.Revoke("k1", Start);
        Assert.False((await keys.Find("aa"))!.IsGoodAt(Start));
    }

    [Fact]
    public async Task Sessions_that_are_over_are_removed_and_nothing_else()
    {
        var keys = await Open();
        Assert.Equal(0, await keys.RemoveSessions(Start));
        var session = new SessionOrigin("k1", "aa");
        await keys.Add(Key("k1", 0) with { ExpiresAt = Start.AddHours(1) }, "aa");
        await keys.Add(Key("k2", 0) with { RevokedAt = Start }, "bb");
        await keys.Add(Key("s-over", 0) with { ExpiresAt = Start.AddHours(1), Session = session }, "cc");
        await keys.Add(Key("s-signed-out", 0) with { ExpiresAt = Start.AddHours(9), RevokedAt = Start, Session = session }, "dd");
        await keys.Add(Key("s-good", 0) with { ExpiresAt = Start.AddHours(9), Session = session }, "ee");
        Assert.Equal(2, await keys.RemoveSessions(Start.AddHours(2)));
        Assert.Equal(["k1", "k2", "s-good"], (await keys.List()).Select(k => k.Id).Order());
        Assert.Null(await keys.Find("cc"));
        Assert.Equal(0, await keys.RemoveSessions(Start.AddHours(2)));
    }

    [Fact]
    public async Task A_secret_is_made_once_and_the_same_for_all()
    {
        var (keys, others) = (await Open(), await Open());
        var made = await Task.WhenAll(keys.Secret("hooks", "first"), others.Secret("hooks", "second"));
        Assert.Equal(made[0], made[1]);
        Assert.Contains(made[0], new[] { "first", "second" });
        Assert.Equal(made[0], await (await Open()).Secret("hooks", "third"));
        Assert.Equal("other", await keys.Secret("others", "other"));
    }

    /// <summary>Opens the store of this test, again at each call.</summary>
    protected abstract Task<IKeyStore> Open();

    private static KeyDescription Key(string id, int second) => new()
    {
        Id = id,
        Name = "ann",
        Role = KeyRole.Submitter,
        Project = "vision",
        CreatedAt = Start.AddSeconds(second),
        ExpiresAt = Start.AddDays(90),
    };
}
