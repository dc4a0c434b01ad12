using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Device.Tests;

/// <summary>
/// The answer that a control side reads, asked for as it asks. Alone, since output and environment belong to the process.
/// </summary>
[Collection("Inspect")]
[CollectionDefinition("Inspect", DisableParallelization = true)]
public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TextWriter output = Console.Out;

    public void Dispose()
    {
        Console.SetOut(output);
        Environment.SetEnvironmentVariable(LinkSpeed.Variable, null);
        folder.Dispose();
    }

    [Fact]
    public void Layers_add_up_to_the_model_and_links_are_measured_at_the_pretended_bandwidth()
    {
        Environment.SetEnvironmentVariable(LinkSpeed.Variable, "200Mbit,1ms");
        var reply = Ask(new InspectionRequest
        {
            Workload = new WorkloadReference
            {
                Name = "fashion-mnist-mlp",
                Options = ImmutableSortedDictionary<string, string>.Empty.Add("dataset", "synthetic").Add("hidden", "20-256"),
            },
            PrepareData = true,
            DataDirectory = folder.Path,
            Ranks = 2,
        });

        Assert.Equal([(784 * 20 + 20, 20, 784.0 * 20), (20 * 256 + 256, 256, 20 * 256), (256 * 10 + 10, 10, 2560)],
            reply.Workload!.Layers.Select(l => (l.Parameters, l.Rows, l.MultiplyAdds!.Value)));
        var links = GroupMeasurement.Parse(reply.Links!);
        Assert.Equal((2, false), (links.Ranks, links.Local));
        var largest = links.Collectives.Where(c => c.Collective == Collective.AllReduce).MaxBy(c => c.Bytes)!;
        Assert.True(largest.Seconds >= largest.Bytes / 25e6 + 1e-3, $"{largest.Bytes} bytes took {largest.Seconds} s");
        // Other load can only make it slower, and keeps larger ones from being measured.
        var forecast = CollectiveModel.Fit(links).Forecast(Collective.AllReduce, new(2), largest.Bytes);
        Assert.True(forecast.MedianSeconds > 0.8 * largest.Bytes / 25e6, $"{largest.Bytes} bytes are to take {forecast.MedianSeconds} s");
    }

    [Fact]
    public void Links_are_left_alone_where_nobody_asks() => Assert.Null(Ask(new InspectionRequest { DataDirectory = folder.Path }).Links);

    [Fact]
    public void A_link_that_cannot_be_is_the_surroundings_fault()
    {
        Environment.SetEnvironmentVariable(LinkSpeed.Variable, "fast");
        var reply = Ask(new InspectionRequest { DataDirectory = folder.Path, Ranks = 2 });
        Assert.StartsWith("AUTOSELECT_LINK is 'fast'", reply.Error, StringComparison.Ordinal);
        Assert.False(reply.IsInputError);
    }

    [Theory]
    [InlineData("char-transformer", "data", "nowhere.txt", "The text file 'FILE' of option data cannot be read")]
    [InlineData("torchscript", "data", "nowhere.npz", "The data file 'FILE' of option data does not exist")]
    [InlineData(
        "fashion-mnist-mlp", "data", "nowhere",
        "The option data names the folder 'FILE', which cannot be used for fashion-mnist: there is no such folder")]
    public void A_file_that_an_option_names_is_the_jobs_fault(string workload, string option, string file, string message)
    {
        var path = Path.Combine(folder.Path, file);
        var options = ImmutableSortedDictionary<string, string>.Empty.Add(option, path);
        var reply = Ask(
            new InspectionRequest
            {
                Workload = new WorkloadReference { Name = workload, Options = options },
                PrepareData = true,
                DataDirectory = folder.Path,
            });
        Assert.StartsWith(message.Replace("FILE", path), reply.Error, StringComparison.Ordinal);
        Assert.Equal((true, option), (reply.IsInputError, reply.Option));
        Assert.Equal(workload, reply.Workload!.Name);
    }

    [Fact]
    public void The_answer_names_the_files_that_it_depends_on()
    {
        var text = Path.Combine(folder.Path, "corpus.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("the tree falls. ", 200)));
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("data", text);
        var reply = Ask(
            new InspectionRequest
            {
                Workload = new WorkloadReference { Name = "char-transformer", Options = options },
                PrepareData = true,
                DataDirectory = folder.Path,
            });
        Assert.Equal([text], reply.Files!.Value.Distinct());
        Assert.Equal(MetricRange.Amount, reply.Workload!.Range);
    }

    [Fact]
    public void Strategies_of_the_workloads_own_assembly_are_told_beside_the_others_and_apart()
    {
        var reply = Ask(Own(BuiltFile.Of("OwnWorkload", "OwnWorkload.dll"), "OwnWorkload.TwoSpirals"));
        Assert.Null(reply.Error);
        Assert.Equal(["signum"], reply.Catalogue!.OwnStrategies);
        Assert.ProperSuperset(new HashSet<string> { "kfac", "sgd", "signum" }, reply.Catalogue.Strategies.Select(s => s.Name).ToHashSet());
        var without = Ask(new InspectionRequest { DataDirectory = folder.Path }).Catalogue!;
        Assert.Empty(without.OwnStrategies);
        Assert.DoesNotContain(without.Strategies, s => s.Name == "signum");
    }

    [Fact]
    public void A_strategy_with_the_name_of_one_that_comes_with_autoselect_is_the_jobs_fault()
    {
        // Once more, as somebody's own.
        var reply = Ask(Own(typeof(Strategies.Sgd).Assembly.Location, "X"));
        Assert.True(reply.IsInputError);
        Assert.EndsWith("are both called 'adamw': names must be unique.", reply.Error, StringComparison.Ordinal);
    }

    private InspectionRequest Own(string assembly, string type) => new()
    {
        Workload = new WorkloadReference { Name = type, Assembly = assembly },
        PrepareData = true,
        DataDirectory = folder.Path,
    };

    private InspectionReply Ask(InspectionRequest request)
    {
        var path = Path.Combine(folder.Path, "request.json");
        File.WriteAllText(path, JsonSerializer.Serialize(request, RecordJson.Options));
        using var written = new StringWriter();
        Console.SetOut(written);
        Inspect.Run(path);
        return written.ToString().Split('\n').Where(l => l.StartsWith('{'))
            .Select(l => JsonSerializer.Deserialize<InspectionReply>(l, RecordJson.Options)!).Last();
    }
}
