using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Where the silos' APIs are.</summary>
public sealed class ServersTests
{
    private static readonly Uri A = new("https://a.example:8443"), B = new("https://b.example:8443");

    [Fact]
    public async Task A_silo_that_has_said_nothing_for_a_while_is_forgotten()
    {
        var time = new FakeTimeProvider();
        var servers = new ServersGrain(time);
        Assert.Equal([A], await servers.Announce(A));
        Assert.Equal([A, B], await servers.Announce(B));
        time.Advance(2 * IServersGrain.Every);
        Assert.Equal([A, B], await servers.Announce(B));
        time.Advance(2 * IServersGrain.Every);
        Assert.Equal([B], await servers.Announce(B));
    }
}
