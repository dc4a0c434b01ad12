using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>What the account of device processes cannot reach is told before one starts.</summary>
public sealed class DeviceAccountTests : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder folder = new();
    private readonly string closed;

    public DeviceAccountTests()
    {
        closed = Directory.CreateDirectory(folder["closed"]).FullName;
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(folder.Path, Closed | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(closed, Closed);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_certificate_of_an_authority()
    {
        await File.WriteAllTextAsync(Path.Combine(closed, "authority.pem"), "", TestContext.Current.CancellationToken);
        await Refuses("closed/authority.pem", folder["machine"], "--authority", Path.Combine(closed, "authority.pem"));
    }

    [Fact]
    public async Task The_dotnet_that_would_run_them()
    {
        var installed = DeviceExecutable.DotnetRoot;
        var dotnet = Path.Combine(closed, "dotnet");
        File.Copy(Path.Combine(installed, "dotnet"), dotnet);
        foreach (var part in new[] { "host", "shared" })
            Directory.CreateSymbolicLink(Path.Combine(closed, part), Path.Combine(installed, part));
        await RefusesBy(dotnet, "closed/dotnet", folder["machine"]);
    }

    [Fact]
    public Task The_store() => Refuses("closed/store", Path.Combine(closed, "store"));

    private Task Refuses(string what, string store, params string[] more) => RefusesBy("dotnet", what, store, more);

    private async Task RefusesBy(string dotnet, string what, string store, params string[] more)
    {
        if (OtherAccount.Hindrance(folder.Path) is { } why) Assert.Skip(why);
        await File.WriteAllTextAsync(folder["key"], "autoselect_00", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (exitCode, _, error) = await AutoselectProcess.RunBy(dotnet, TestContext.Current.CancellationToken,
        [
            "device", "--join", "https://jobs.example:8443", "--token-file", folder["key"], "--account", "nobody", "--kind", "cpu",
            "--devices", "1", "--name", "node7", "--store", store, .. more,
        ]);
        Assert.Equal(ExitCodes.Environment, exitCode);
        Assert.Contains("Account 'nobody' cannot", error);
        Assert.Contains(what, error);
        var logs = new ControlPaths(Path.Combine(store, "joined", "node7")).Logs;
        Assert.True(Directory.Exists(logs));
        Assert.False(File.Exists(Path.Combine(logs, "node7-cpu-0.log")));
    }
}
