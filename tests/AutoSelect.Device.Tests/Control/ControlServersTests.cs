using System.Diagnostics;
using AutoSelect.Client;
using AutoSelect.Testing;

namespace AutoSelect.Device.Tests;

/// <summary>Which server is turned to.</summary>
public sealed class ControlServersTests
{
    private static readonly ApiAddress A = new(new Uri("https://a.example"), "key"), B = new(new Uri("https://b.example"), "key");

    [Fact]
    public void The_one_that_works_is_kept_and_after_it_comes_the_next()
    {
        var servers = new ControlServers(LoopRun.Options(A, B));
        Assert.Equal(A, servers.Current);
        Assert.False(servers.MoveOn());
        Assert.Equal(B, servers.Current);
        servers.Worked();
        Assert.Equal(B, servers.Current);
        // One has failed, then all.
        Assert.Equal((false, true), (servers.MoveOn(), servers.MoveOn()));
        Assert.Equal(B, servers.Current);
    }

    [Fact]
    public void Others_that_are_told_of_come_after_those_given_and_are_never_told_the_key_without_tls()
    {
        var servers = new ControlServers(LoopRun.Options(A, B));
        servers.MoveOn();
        servers.Learn(
            [new Uri("http://127.0.0.1:5000"), new Uri("https://c.example:8443/"), B.Server, new Uri("relative", UriKind.Relative)]);
        Assert.Equal(B, servers.Current);
        servers.MoveOn();
        Assert.Equal("https://c.example:8443/", servers.Current.Server.ToString());
        servers.MoveOn();
        Assert.Equal(A, servers.Current);
        // The one that is turned to stays, also when nobody tells of it any more.
        servers.MoveOn();
        servers.MoveOn();
        servers.Learn([new Uri("https://d.example")]);
        Assert.Equal("https://c.example:8443/", servers.Current.Server.ToString());
    }

    [Fact]
    public void The_file_of_this_machines_control_process_is_read_anew()
    {
        using var folder = new TemporaryFolder();
        var servers = new ControlServers(LoopRun.Options() with { ServerFile = folder["api.json"] });
        servers.Refresh();
        Assert.Contains(folder["api.json"], Assert.Throws<IOException>(() => servers.Current).Message);
        Assert.True(servers.MoveOn());
        foreach (var port in (int[])[1, 2])
        {
            new ApiFile { Port = port, Token = $"token{port}", Process = Environment.ProcessId }.Write(folder["api.json"]);
            servers.Refresh();
            Assert.Equal(new ApiAddress(new Uri($"http://127.0.0.1:{port}"), $"token{port}"), servers.Current);
        }
        // What a process that is gone has left leads to nobody, or to somebody else.
        using var gone = Process.Start("true");
        gone.WaitForExit();
        new ApiFile { Port = 3, Token = "token3", Process = gone.Id }.Write(folder["api.json"]);
        servers.Refresh();
        Assert.Throws<IOException>(() => servers.Current);
    }
}
