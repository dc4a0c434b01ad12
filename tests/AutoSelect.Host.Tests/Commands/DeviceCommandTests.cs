using AutoSelect.Host.Commands;

namespace AutoSelect.Host.Tests;

public sealed class DeviceCommandTests
{
    private const string Server = "https://jobs.example:8443";

    [Theory]
    [InlineData("--join", "http://jobs.example", "it must be https")]
    [InlineData("--join", "jobs.example", "--join is 'jobs.example': it must be an address such as https://host:8443")]
    [InlineData("--kind", "gpu", "it must be cpu or cuda")]
    [InlineData("--devices", "0", "at least 1")]
    [InlineData("--allow", "./here", "absolute path")]
    [InlineData("--account", "-u", "--account is '-u': it must be the name of an account of this machine")]
    [InlineData("--account", "nobody-here", "this machine has no such account")]
    [InlineData("--account", "root", "it must not be root")]
    [InlineData("--name", "a b", "letters, digits, dashes")]
    public async Task A_value_that_cannot_be_is_refused_with_the_rule(string option, string value, string rule)
    {
        using var run = new CommandRun { Variables = { ["AUTOSELECT_TOKEN"] = "autoselect_00" } };
        Assert.Equal(ExitCodes.BadInput, await run.Run("device", "--join", Server, option, value));
        Assert.Contains(value, run.Error);
        Assert.Contains(rule, run.Error);
    }

    [Fact]
    public async Task Without_a_server_or_a_key_it_says_how_to_name_one()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("device"));
        Assert.Contains("--join", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run("device", "--join", Server));
        Assert.Contains("--token-file", run.Error);
        Assert.Contains("AUTOSELECT_TOKEN", run.Error);
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_refused()
    {
        using var run = new CommandRun();
        var file = Path.Combine(run.Folder.Path, "key");
        await File.WriteAllTextAsync(file, "autoselect_00", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(ExitCodes.BadInput, await run.Run("device", "--join", Server, "--token-file", file));
        Assert.Contains("open to others", run.Error);
        Assert.DoesNotContain("autoselect_00", run.Error + run.Output);
    }

    [Fact]
    public async Task More_devices_than_the_machine_has_are_refused_with_both_numbers()
    {
        using var run = new CommandRun { Variables = { ["AUTOSELECT_TOKEN"] = "autoselect_00" } };
        Assert.Equal(ExitCodes.Environment, await run.Run("device", "--join", Server, "--kind", "cpu", "--devices", "100000"));
        Assert.Contains($"has {Environment.ProcessorCount} cpu devices, and 100000 were asked for", run.Error);
    }
}
