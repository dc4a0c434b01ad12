using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Runs;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Tests.Runs;

/// <summary>A short run with real processes; eng/chaos makes long ones.</summary>
public sealed class ChaosRunTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task A_cluster_that_is_killed_stopped_and_cut_keeps_what_it_has_acknowledged()
    {
        if ((await Command.Try(ChaosPaths.Tool("postgres"), ["find"])).Code != 0)
            Assert.Skip("PostgreSQL is not installed here: install it (Debian: apt-get install postgresql)");
        var results = Directory.CreateTempSubdirectory("autoselect-chaos-").FullName;
        var said = new List<string>();
        var options = new RunOptions
        {
            Seed = 3,
            Faults = 16,
            Jobs = 8,
            RealJobs = 0,
            Minutes = .8,
            LongestEnd = 10,
            Paths = new ChaosPaths(results),
            Cluster = new ClusterOptions { SimulatedDevices = 4, RealDevices = 0, Zombies = 1, DiskMegabytes = 32 },
        };

        var (judged, evidence) = await new ChaosRun(options, said.Add).Run(TestContext.Current.CancellationToken)
            .WaitAsync(Longest, TestContext.Current.CancellationToken);

        foreach (var line in said) TestContext.Current.TestOutputHelper?.WriteLine(line);
        TestContext.Current.TestOutputHelper?.WriteLine(ResultTable.Write(evidence, judged));
        Assert.Empty(judged.SelectMany(r => r.Violations));
        Assert.Equal(options.Faults, evidence.Of(Whats.Fault, EntryKind.Done).Count());
        Assert.Equal(options.Jobs, evidence.Jobs.Count(j => j.Phase.HasEnded()));
        Assert.NotEmpty(evidence.Of(Whats.Report, EntryKind.Done));
        Assert.NotEmpty(evidence.Of(Whats.Write, EntryKind.Refused));
        Directory.Delete(results, recursive: true);
    }
}
