using AutoSelect.Host.Commands;

namespace AutoSelect.Host.Tests.Cluster;

public sealed class ServeCommandTests
{
    private const string Unreachable = "Host=127.0.0.1;Port=1;Username=somebody;Password=hunter2";

    [Theory]
    [InlineData("--silo-port", "0", "from 1 to 65535")]
    [InlineData("--silo-port", "http", "from 1 to 65535")]
    [InlineData("--listen", "0.0.0.0:8080", "without a certificate it must be that of loopback")]
    [InlineData("--listen", "127.0.0.1", "an address and a port")]
    [InlineData("--address", "0.0.0.0", "others reach")]
    [InlineData("--address", "nowhere", "others reach")]
    [InlineData("--devices", "-1", "at least 0")]
    [InlineData("--allow", "workloads", "--allow is 'workloads': it must be the absolute path of a folder or a file, or 'everything'")]
    public async Task A_value_that_cannot_be_is_refused_with_the_rule(string option, string value, string rule)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", Unreachable, option, value));
        Assert.Contains(option, run.Error);
        Assert.Contains(value, run.Error);
        Assert.Contains(rule, run.Error);
    }

    [Fact]
    public async Task Without_a_database_it_says_how_to_name_one()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve"));
        Assert.Contains("AUTOSELECT_DATABASE", run.Error);
    }

    [Theory]
    [InlineData(Unreachable, ExitCodes.Environment, "cannot be reached")]
    [InlineData("Host=127.0.0.1;Password=hunter2;Bogus=1", ExitCodes.BadInput, "bogus")]
    [InlineData("postgres://somebody:hunter2@127.0.0.1", ExitCodes.BadInput, "Host=db")]
    public async Task A_database_that_cannot_be_used_is_told_without_its_password(string database, int exitCode, string what)
    {
        using var run = new CommandRun { Variables = { ["AUTOSELECT_DATABASE"] = database } };
        Assert.Equal(exitCode, await run.Run("serve"));
        Assert.Contains(what, run.Error);
        Assert.DoesNotContain("hunter2", run.Error + run.Output);
        foreach (var file in Directory.EnumerateFiles(run.Folder.Path, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_help_says_that_a_network_needs_tls()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("serve", "--help"));
        Assert.Contains("A network needs TLS", run.Output);
    }
}
