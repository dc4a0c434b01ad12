using System.Runtime.InteropServices;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>What the account of device processes cannot reach is told before one starts, and no server is turned to.</summary>
public sealed class DeviceAccountTests : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder folder = new();
    private readonly string closed;

    public DeviceAccountTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root starts processes of another account.");
        closed = Directory.CreateDirectory(folder["closed"]).FullName;
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(folder.Path, Closed | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(closed, Closed);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_certificate()
    {
        var authority = Path.Combine(closed, "authority.pem");
        await File.WriteAllTextAsync(authority, "", TestContext.Current.CancellationToken);
        await Refuses("dotnet", authority, "--authority", authority);
    }

    [Fact]
    public async Task The_dotnet_that_would_run_them()
    {
        var installed = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var dotnet = Path.Combine(closed, "dotnet");
        File.Copy(Path.Combine(installed, "dotnet"), dotnet);
        foreach (var part in new[] { "host", "shared" })
            Directory.CreateSymbolicLink(Path.Combine(closed, part), Path.Combine(installed, part));
        await Refuses(dotnet, dotnet);
    }

    [Fact]
    public async Task A_store()
    {
        var store = Path.Combine(closed, "store");
        await Refuses("dotnet", store, "--store", store);
    }

    private async Task Refuses(string dotnet, string what, params string[] more)
    {
        await File.WriteAllTextAsync(folder["key"], "autoselect_00", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => JoinedMachine.StartBy(dotnet,
        [
            "--join", "https://jobs.example:8443", "--token-file", folder["key"], "--account", "nobody", "--kind", "cpu", "--devices", "1",
            "--name", "node7", .. more, .. more.Contains("--store") ? [] : new[] { "--store", folder["machine"] },
        ]));
        Assert.Contains("Account 'nobody' cannot", refused.Message);
        Assert.Contains(what, refused.Message);
    }
}
