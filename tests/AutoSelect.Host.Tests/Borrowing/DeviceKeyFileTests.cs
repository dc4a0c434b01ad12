using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Providers;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Host.Tests.Borrowing;

public sealed class DeviceKeyFileTests : IAsyncDisposable
{
    private static readonly TimeSpan longest = TimeSpan.FromHours(4);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SqliteKeyStore keys;
    private readonly DeviceKeyFile file;

    public DeviceKeyFileTests()
    {
        keys = new SqliteKeyStore(folder["keys.db"], time);
        file = new DeviceKeyFile(keys, folder["shared"], new ControlId("c1"), longest, time);
    }

    public async ValueTask DisposeAsync()
    {
        await keys.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task It_holds_a_device_key_of_the_control_side_that_its_owner_alone_can_read()
    {
        Assert.True(await file.Renew());
        var key = (await Known())!;
        Assert.Equal(("autoselect-c1", KeyRole.Device), (key.Name, key.Role));
        Assert.True(key.ExpiresAt - time.GetUtcNow() > longest);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(owner, File.GetUnixFileMode(file.Path));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["shared"]));
    }

    [Fact]
    public async Task A_new_one_is_made_while_the_old_one_outlasts_every_device_that_has_read_it()
    {
        await file.Renew();
        var first = (await Known())!;
        time.Advance(DeviceKeyFile.Rotation - TimeSpan.FromSeconds(1));
        Assert.False(await file.Renew());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await file.Renew());
        Assert.NotEqual(first.Id, (await Known())!.Id);
        Assert.True(first.IsGoodAt(time.GetUtcNow() + longest));
        Assert.False(await file.Renew());
    }

    [Fact]
    public async Task One_that_was_revoked_or_is_not_known_here_is_replaced()
    {
        await file.Renew();
        await keys.Revoke((await Known())!.Id, time.GetUtcNow());
        Assert.True(await file.Renew());
        await File.WriteAllTextAsync(file.Path, "autoselect_of_another_database", TestContext.Current.CancellationToken);
        Assert.True(await file.Renew());
        Assert.True((await Known())!.IsGoodAt(time.GetUtcNow()));
    }

    private async Task<KeyDescription?> Known() =>
        await keys.Find(ApiKeys.Digest((await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken)).Trim()));
}
