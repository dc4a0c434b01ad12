using System.Collections.Immutable;
using AutoSelect.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Slurm;

public sealed class SlurmSubmissionTests
{
    private static readonly SlurmOptions options = new()
    {
        Command = new DeviceCommand("/opt/device", "--device", "{device}"),
        Classes = [new SlurmClass { Device = Class() }],
    };

    private static IReadOnlyList<string> Arguments(SlurmOptions of, SlurmClass? slurmClass = null, double seconds = 600) =>
        new SlurmSubmission(of).Request(
            slurmClass ?? of.Classes[0], new DeviceRequest(Label("r1"), Class(), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void ARequestIsOneListOfArguments() => Assert.Equal(
        [
            "--parsable", "--job-name=autoselect-c1-r1", "--comment=autoselect class=spare", "--time=10", "--nodes=1", "--ntasks=1",
            "--cpus-per-task=1", "--no-requeue", "--signal=B:TERM@60", "--export=NIL", "--input=none", "--output=/dev/null",
            "--open-mode=append", "--chdir=/", "/dev/stdin", "/opt/device", "--device", "autoselect-c1-r1",
        ],
        Arguments(options));

    [Fact]
    public void SettingsOfAClassAreArgumentsOfTheirOwn()
    {
        var arguments = Arguments(options, new SlurmClass
        {
            Device = Class(),
            Partition = "spare --qos=high",
            Qos = "low",
            Account = "a; rm -rf /",
            Gres = "gpu:1",
            Constraint = "a100|h100",
            Memory = "16G",
            Cpus = 4,
            Requeue = true,
        });
        Assert.Contains("--partition=spare --qos=high", arguments);
        Assert.Contains("--account=a; rm -rf /", arguments);
        string[] others = ["--qos=low", "--gres=gpu:1", "--constraint=a100|h100", "--mem=16G", "--cpus-per-task=4", "--requeue"];
        Assert.Equal(others, others.Intersect(arguments));
    }

    [Theory]
    [InlineData(1, "--time=1")]
    [InlineData(60, "--time=1")]
    [InlineData(61, "--time=2")]
    public void TimeIsRoundedUpToMinutes(double seconds, string argument) =>
        Assert.Contains(argument, Arguments(options, seconds: seconds));

    [Fact]
    public void OnlyNamesOfTheEnvironmentAreArguments()
    {
        var environment = ImmutableSortedDictionary<string, string>.Empty.Add("B", "1,C=2").Add("A", "x");
        Assert.Contains("--export=A,B", Arguments(options with { Environment = environment }));
    }

    [Theory]
    [InlineData("ALL")]
    [InlineData("A,B")]
    [InlineData("A=1")]
    [InlineData("")]
    public void NamesThatMeanSomethingElseAreRefused(string name)
    {
        var bad = options with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add(name, "x") };
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => new SlurmSubmission(bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogsAreNamedAfterTheirLabel() =>
        Assert.Contains("--output=/logs/autoselect-c1-r1.log", Arguments(options with { Logs = "/logs/" }));

    [Fact]
    public void WithoutNoticeNoSignalIsAskedFor() => Assert.DoesNotContain(
        Arguments(options with { Notice = TimeSpan.Zero }), a => a.StartsWith("--signal", StringComparison.Ordinal));

    [Fact]
    public async Task WithoutSlurmTheProviderIsNotThere()
    {
        using var folder = new TemporaryFolder();
        var provider = new SlurmProvider(options with { Programs = folder.Path }, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ProviderUnavailableException>(
            () => provider.Observe(Control, TestContext.Current.CancellationToken));
        Assert.StartsWith(
            $"The device provider 'slurm' cannot be used now: {folder["squeue"]} cannot be run", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramThatHangsIsGivenUp()
    {
        using var folder = new TemporaryFolder();
        ExecutableScript.Write(folder["squeue"], "#!/bin/sh\nexec sleep 600\n");
        var provider = new SlurmProvider(options with { Programs = folder.Path, Patience = TimeSpan.FromSeconds(.2) }, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ProviderUnavailableException>(
            () => provider.Observe(Control, TestContext.Current.CancellationToken));
        Assert.EndsWith("squeue did not end within 0.2 s", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sbatch: error: Unable to contact slurm controller (connect failure)", true)]
    [InlineData("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", true)]
    [InlineData("sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified", false)]
    public async Task WhatPassesByItselfIsToldFromWhatIsRefused(string complaint, bool isUnavailable)
    {
        using var folder = new TemporaryFolder();
        ExecutableScript.Write(folder["squeue"], "#!/bin/sh\nexit 0\n");
        ExecutableScript.Write(folder["sbatch"], $"#!/bin/sh\necho '{complaint}' >&2\nexit 1\n");
        var provider = new SlurmProvider(options with { Programs = folder.Path }, TimeProvider.System);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => provider.Request(
            new DeviceRequest(Label("r1"), Class(), TimeSpan.FromSeconds(60)), TestContext.Current.CancellationToken));
        Assert.IsType(isUnavailable ? typeof(ProviderUnavailableException) : typeof(RequestRefusedException), fault);
        Assert.EndsWith(complaint, fault.Message, StringComparison.Ordinal);
    }
}
