using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Inspections;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public sealed class RememberedInspectionsTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();
    private readonly FakeControl control;
    private InspectedMachine? machine = new("build 1", "two devices", []);

    public RememberedInspectionsTests() => control = new FakeControl
    {
        Inspecting = w => Sample.Inspection with
        {
            Workload = w is null ? null : SampleCatalogue.Workload,
            Links = "{}",
            Files = w is null ? null : Reading(w),
        },
    };

    public void Dispose() => folder.Dispose();

    private string Data => folder["data"];

    private string Cache => folder["inspections"];

    private WorkloadReference Workload =>
        new() { Name = "toy-mlp", Options = ImmutableSortedDictionary<string, string>.Empty.Add("data", Data) };

    private static ImmutableArray<string>? Reading(WorkloadReference workload) =>
        workload.Options.TryGetValue("data", out var data) ? [data] : null;

    // Each time as a process of its own would.
    private Task<Inspection> Inspect(WorkloadReference? workload, int ranks = 1) =>
        new RememberedInspections(control, new InspectionCache(Cache), () => machine, TimeProvider.System)
            .Inspect(workload, ranks, new Progress<DataProgress>(), TestContext.Current.CancellationToken);

    private void Write(string file, string text, DateTime? changed = null)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, file), text);
        File.SetLastWriteTimeUtc(Path.Combine(Data, file), changed ?? LongAgo);
    }

    [Fact]
    public async Task What_was_found_is_kept_while_nothing_changes()
    {
        Write("a.jpg", "one");
        var first = await Inspect(Workload);
        var second = await Inspect(Workload);
        Assert.Single(control.Inspected);
        Assert.Equal((first.Workload!.TrainingExamples, first.Workload.Range), (second.Workload!.TrainingExamples, second.Workload.Range));
        Assert.Equal(first.Catalogue.Strategies.Select(s => s.Name), second.Catalogue.Strategies.Select(s => s.Name));
        Assert.Null((await Inspect(null)).Workload);
        Assert.Null((await Inspect(null)).Workload);
        Assert.Equal(2, control.Inspected.Count);
    }

    [Fact]
    public async Task Whatever_it_depends_on_makes_it_be_found_out_anew()
    {
        var asked = 0;
        async Task IsFoundOutAnew(WorkloadReference workload)
        {
            await Inspect(workload);
            await Inspect(workload);
            Assert.Equal(++asked, control.Inspected.Count);
        }
        Write("a.jpg", "one");
        await IsFoundOutAnew(Workload);
        Write("a.jpg", "two");
        await IsFoundOutAnew(Workload);
        Write("a.jpg", "two", LongAgo.AddSeconds(1));
        await IsFoundOutAnew(Workload);
        Write("b.jpg", "");
        await IsFoundOutAnew(Workload);
        File.Delete(Path.Combine(Data, "a.jpg"));
        await IsFoundOutAnew(Workload);
        await IsFoundOutAnew(Workload with { Options = Workload.Options.Add("hidden", "3") });
        machine = machine! with { Build = "build 2" };
        await IsFoundOutAnew(Workload);
        machine = machine with { Surroundings = "three devices" };
        await IsFoundOutAnew(Workload);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_workload_whose_files_are_not_known_nor_of_files_that_change_meanwhile()
    {
        await Inspect(new WorkloadReference { Name = "own" });
        await Inspect(new WorkloadReference { Name = "own" });
        Assert.Equal(2, control.Inspected.Count);
        Write("a.jpg", "one", TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        await Inspect(Workload);
        await Inspect(Workload);
        Assert.Equal(4, control.Inspected.Count);
        machine = null;
        await Inspect(null);
        await Inspect(null);
        Assert.Equal(6, control.Inspected.Count);
    }

    [Fact]
    public async Task Links_are_measured_every_time_and_the_data_is_not_read_for_them()
    {
        Write("a.jpg", "one");
        Assert.Equal("{}", (await Inspect(Workload, ranks: 2)).Links);
        var again = await Inspect(Workload, ranks: 4);
        Assert.Equal(("{}", 6400), (again.Links, again.Workload!.TrainingExamples));
        Assert.Null((await Inspect(Workload)).Links);
        Assert.Equal(["toy-mlp", null], control.Inspected.Select(w => w?.Name));
        Assert.Equal([2, 4], control.InspectedRanks);
    }

    [Fact]
    public async Task A_broken_file_is_ignored_and_written_anew()
    {
        Write("a.jpg", "one");
        await Inspect(Workload);
        var kept = Assert.Single(Directory.GetFiles(Cache));
        foreach (var broken in new[] { "{", "null", "{}", "[1]", """{"fingerprint":"x","files":["a"]}""" })
        {
            File.WriteAllText(kept, broken);
            var before = control.Inspected.Count;
            await Inspect(Workload);
            Assert.Equal(before + 1, control.Inspected.Count);
        }
        await Inspect(Workload);
        Assert.Equal(6, control.Inspected.Count);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_costs_nothing_but_time()
    {
        File.WriteAllText(Cache, "in the way");
        Write("a.jpg", "one");
        Assert.Equal(6400, (await Inspect(Workload)).Workload!.TrainingExamples);
    }

    [Fact]
    public async Task The_folder_stays_bounded_and_those_used_lately_stay()
    {
        Write("a.jpg", "one");
        for (var i = 0; i < InspectionCache.MostEntries + 5; i++)
        {
            await Inspect(Workload with { Options = Workload.Options.Add("hidden", $"{i}") });
            var newest = new DirectoryInfo(Cache).GetFiles().MaxBy(f => f.LastWriteTimeUtc)!;
            newest.LastWriteTimeUtc = LongAgo.AddSeconds(i);
        }
        Assert.Equal(InspectionCache.MostEntries, Directory.GetFiles(Cache).Length);
        var asked = control.Inspected.Count;
        await Inspect(Workload with { Options = Workload.Options.Add("hidden", "60") });
        Assert.Equal(asked, control.Inspected.Count);
        await Inspect(Workload with { Options = Workload.Options.Add("hidden", "0") });
        Assert.Equal(asked + 1, control.Inspected.Count);
    }
}
