using System.Net;
using AutoSelect.Api.Access;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Devices;

/// <summary>Who may speak for which device.</summary>
public sealed class DeviceKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("node7", true)]
    [InlineData("node7-0", true)]
    [InlineData("node7-cuda-1", true)]
    [InlineData("node70", false)]
    [InlineData("node", false)]
    [InlineData("other-node7", false)]
    [InlineData("Node7-0", false)]
    [InlineData("node8-0", false)]
    public async Task A_key_speaks_for_the_devices_named_after_it_alone(string device, bool isAllowed)
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Device, name: "node7"));
        var id = new DeviceId(device);
        Func<Task>[] calls =
        [
            () => client.RegisterDevice(DeviceBodies.Registration(device), Cancelled),
            () => client.TakeWork(id, NotedDevices.Session, 0, Cancelled),
            () => client.ReportSegment(id, NotedDevices.Session, DeviceBodies.Report, Cancelled),
            () => client.EndDeviceSession(id, NotedDevices.Session, Cancelled),
        ];
        foreach (var call in calls)
        {
            if (isAllowed) await call();
            else
            {
                var refused = await Assert.ThrowsAsync<ApiRefusalException>(call);
                Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
                Assert.Contains($"The device is '{device}'", refused.Message);
                Assert.Contains("begin with 'node7-'", refused.Message);
            }
        }
        if (isAllowed) return;
        Assert.Equal(0, served.Devices.Changes);
        Assert.Equal(Enumerable.Repeat(("refused", 403), 4), served.Audited().Select(e => (e.Kind, e.Status!.Value)));
    }

    [Fact]
    public async Task The_owner_and_operators_of_all_projects_speak_for_every_device_and_nobody_else()
    {
        await using var served = await Served.Start();
        foreach (var key in (string[])[Served.OwnerToken, await served.Key(KeyRole.Operator)])
        {
            using var client = served.Client(key);
            await client.RegisterDevice(DeviceBodies.Registration("any"), Cancelled);
        }
        foreach (var key in (string[])
            [await served.Key(KeyRole.Operator, "mine"), await served.Key(KeyRole.Submitter), await served.Key(KeyRole.Viewer)])
        {
            using var client = served.Client(key);
            var refused = await Assert.ThrowsAsync<ApiRefusalException>(
                () => client.RegisterDevice(DeviceBodies.Registration("any"), Cancelled));
            Assert.Contains("needs role Device", refused.Message);
        }
    }

    [Fact]
    public async Task A_key_of_devices_is_for_all_projects()
    {
        await using var served = await Served.Start();
        var asked = new NewKey { Name = "node7", Role = KeyRole.Device, Project = "mine" };
        using var owner = served.Client();
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(() => owner.CreateKey(asked, Cancelled));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("project is 'mine' and role Device", refused.Message);
        // So an operator of one project, whose devices would get the jobs of all, can make none.
        using var client = served.Client(await served.Key(KeyRole.Operator, "mine"));
        await Assert.ThrowsAsync<ApiRefusalException>(() => client.CreateKey(asked with { Project = null }, Cancelled));
        await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.CreateKey(asked with { Project = KeyDescription.AllProjects }, Cancelled));
        Assert.Equal(["mine"], (await served.Keys.List()).Select(k => k.Project));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_within_two_seconds()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var client = served.Client(await served.Key(KeyRole.Device, name: "node7"));
        await client.TakeWork(new DeviceId("node7"), NotedDevices.Session, 0, Cancelled);
        await served.Keys.Revoke((await served.Keys.List())[0].Id, time.GetUtcNow());

        time.Advance(KeyLookup.Longest);

        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.TakeWork(new DeviceId("node7"), NotedDevices.Session, 0, Cancelled));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.True(KeyLookup.Longest <= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_key_that_expires_while_it_is_remembered_is_refused_at_once()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var client = served.Client(await served.Key(KeyRole.Device, name: "node7"));
        time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        await client.TakeWork(new DeviceId("node7"), NotedDevices.Session, 0, Cancelled);
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ApiRefusalException>(() => client.TakeWork(new DeviceId("node7"), NotedDevices.Session, 0, Cancelled));
    }
}
