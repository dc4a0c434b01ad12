using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public class CatalogueCommandTests
{
    [Fact]
    public async Task Workloads_are_listed_with_their_options()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("workloads"));
        Assert.Contains("toy-mlp   accuracy (higher is better)  6400      A toy\n", run.Output);
        Assert.Contains("  hidden  32       Hidden units\n", run.Output);
    }

    [Fact]
    public async Task A_strategy_is_shown_with_its_hyperparameters()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("strategies", "sgd"));
        Assert.Contains("sgd: The strategy sgd\nSource: a paper\n", run.Output);
        Assert.Matches(@"learningRate +0\.01 +0\.001 to 1 +logarithmic +nuisance +× κ\^0\.5 +Peak learning rate", run.Output);
    }

    [Fact]
    public async Task A_strategy_is_shown_with_capabilities_and_continuations()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("strategies", "sgd"));
        Assert.Contains("Optimizer state: 1 + 2(m²+n²)/mn floats a parameter", run.Output);
        Assert.Contains("Takes part in 'candidates: default'.\n- needs layers it knows; no TorchScript\n", run.Output);
        Assert.Contains("- goes on from nadamw: what the states have in common passes, 2/learningRate warm steps\n", run.Output);
        Assert.Contains("- goes on from any other: weights only, at a boundary, 20 warm steps\n", run.Output);
    }

    [Fact]
    public async Task The_list_of_strategies_as_json_has_the_rules()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("strategies", "--json"));
        using var document = JsonDocument.Parse(run.Output);
        var sgd = document.RootElement.EnumerateArray().Single(s => s.GetProperty("name").GetString() == "sgd");
        Assert.False(sgd.GetProperty("capabilities").GetProperty("trainsTorchScript").GetBoolean());
        Assert.Equal("Convertible", sgd.GetProperty("continuations")[0].GetProperty("kind").GetString());
        Assert.True(sgd.GetProperty("inDefaultSet").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_strategy_ends_with_2_and_the_nearest_name()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("strategies", "sdg"));
        Assert.Equal("Strategy 'sdg' is not in the catalogue. Did you mean 'sgd'?\n", run.Error);
    }

    [Fact]
    public async Task Devices_are_listed()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("devices"));
        Assert.Matches("device     kind  model    bf16 +from  price  state\n", run.Output);
        Assert.Matches("here-cpu0  cpu   Toy CPU  \\S", run.Output);
    }

    [Fact]
    public async Task Preview_shows_candidates_without_opening_anything()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("preview", run.JobFile()));
        Assert.Matches(
            @"nadamw-b64 +64 +5 +500 +cosine +\d[\d.]* ms +\d[^ ]* s +baseline +learningRate 0\.007", run.Output);
        Assert.Matches(@"sgd-b64 +64 .* s +1 +learningRate", run.Output);
        Assert.Matches(
            @"The baseline nadamw-b64 trains from the start\. Alone it is expected to need \d\S* s \(\d.* with 9[05] %, at all with "
                + @"\d+ %\)\.", run.Output);
        Assert.Contains("1 challenger at most, beside it on 1 borrowed device, the next where one disappoints:\n", run.Output);
        Assert.Matches(@"\n  1\. sgd-b64: \d+ % to beat the baseline; first looked at after \d\S* s \(step \d+\); "
            + @"sgd in \d+ shipped runs and 0 of this store, none with these values\n", run.Output);
        Assert.Matches(@"Order of challengers: shipped prior, \d,\d+ curves of \d+ workloads; this store: no runs yet\.", run.Output);
        Assert.Matches(@"Cost: about \d\S* s of borrowed device time if the baseline does as expected, at most \d\S* s until its run is "
            + @"over\. The job ends at most \d\S* s later than the baseline alone would, not counting that cores", run.Output);
        Assert.Contains("Step times are a rule of thumb", run.Output);
        Assert.Null(run.Control.Opened);
    }

    [Fact]
    public async Task Preview_says_where_a_candidate_that_continues_another_begins_and_by_which_rule()
    {
        using var run = new CommandRun();
        var job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\ncandidates: [nadamw, { strategy: sgd, "
            + "continues: { candidate: nadamw, after: 0.4 } }]";
        Assert.Equal(0, await run.Run("preview", run.JobFile(job)));
        Assert.Matches(
            @"sgd-b64-after0\.4-nadamw-b64 .* from step 200 .*continues nadamw-b64 after 0\.4 \(convertible, re-warm \d+ steps\)",
            run.Output);
        Assert.Contains("No challenger is expected to be worth a try; order of challengers: shipped prior, ", run.Output);
        Assert.DoesNotContain("borrowed device", run.Output);
    }

    [Theory]
    [InlineData("nadam", "candidates[1].continues.candidate is 'nadam': it must be a candidate of the job")]
    [InlineData("sgd", "and not continue this one itself; there are nadamw-b64.")]
    public async Task A_continuation_of_nobody_is_refused_with_its_line(string from, string message)
    {
        using var run = new CommandRun();
        var job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\ncandidates:\n  - nadamw\n  - strategy: "
            + $"sgd\n    continues: {{ candidate: {from}, after: 0.4 }}";
        Assert.Equal(2, await run.Run("preview", run.JobFile(job)));
        Assert.Contains("toy.yaml:8: ", run.Error);
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public async Task Preview_says_what_a_step_takes_on_several_devices_and_how_the_ranks_would_exchange()
    {
        using var run = new CommandRun { Control = new FakeControl { Inspecting = _ => Measured } };
        var job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\ncandidates: [nadamw, { strategy: sgd, "
            + "ranks: 2 }]\ncommit: { devices: 2 }";
        Assert.Equal(0, await run.Run("preview", run.JobFile(job)));
        Assert.Equal([2], run.Control.InspectedRanks);
        Assert.Contains("On several devices, over links as measured just now (known):", run.Output);
        // 100,000 bytes over 10 ms and 1 MB/s.
        Assert.Matches(@"nadamw-b64 once committed +2 +11\d ms +110 ms +0 µs +after the passes, all at once", run.Output);
        Assert.Matches(@"sgd-b64-r2-fp32 +2 +11\d ms +110 ms +0 µs +after the passes, all at once", run.Output);
        Assert.Matches(@"nadamw-b64 .* \d\d?(\.\d)? ms +\d\S* s +baseline", run.Output);
        Assert.Matches(@"sgd-b64-r2-fp32 .* 11\d ms +1 min \d\d s +none", run.Output);
    }

    [Fact]
    public async Task A_job_of_single_devices_measures_no_links_and_previews_none()
    {
        using var run = new CommandRun { Control = new FakeControl { Inspecting = _ => Measured } };
        Assert.Equal(0, await run.Run("preview", run.JobFile()));
        Assert.Equal([1], run.Control.InspectedRanks);
        Assert.DoesNotContain("On several devices", run.Output);
    }

    [Fact]
    public async Task What_a_job_knows_of_its_links_is_submitted_with_it()
    {
        using var run = new CommandRun { Control = new FakeControl { Inspecting = _ => Measured, Stories = [SampleJob.Completed] } };
        run.Control.Stories[0] = run.At(run.Control.Stories[0]);
        await run.Run(
            "run", run.JobFile("workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [60]\nepochs: 5\ncommit: { devices: 3 }"));
        var known = run.Control.Submitted!.Ranks!;
        Assert.Equal((Measured.Links, 25_000), (known.Links, known.Layers.Sum(l => l.Parameters)));
        var sgd = known.Candidates["sgd-b60"];
        Assert.Equal([1, 2, 3], sgd.ComputeRatios.Keys);
        Assert.Equal(1, sgd.ComputeRatios[1]);
        Assert.True(sgd.ComputeRatios[3] < sgd.ComputeRatios[2] && sgd.ComputeRatios[2] < 1);
        Assert.Equal(ExchangeOverlap.None, sgd.Overlap);
    }

    private static Inspection Measured => Sample.Inspection with
    {
        Workload = SampleCatalogue.Workload with { Layers = [new LayerSize(25_000, 100, null)] },
        Links = KnownLinks.Json(1e-2, 1e-6),
    };

    [Fact]
    public async Task Preview_learns_step_times_from_earlier_jobs_on_the_workload()
    {
        using var run = new CommandRun();
        var measured = new StepTime { Steps = 100, LowerQuartileSeconds = 10, MeanSeconds = 10, StandardErrorSeconds = 0.1 };
        var device = new DeviceDescription
        {
            Id = new DeviceId("here-cpu0"),
            Kind = DeviceKind.Cpu,
            Index = 0,
            Model = "Toy CPU",
            Host = "here",
        };
        run.Control.Stored.Add(SampleJob.Completed.Record with
        {
            Devices = [device],
            Trials = [
            .. SampleJob.Completed.Record.Trials.Select(t => t with { StepTime = measured })]
        });
        Assert.Equal(0, await run.Run("preview", run.JobFile()));
        Assert.Contains("Step times rest on what earlier jobs of this store measured of this workload (1).", run.Output);
        Assert.DoesNotMatch(@" \d\d?(\.\d+)? ms ", run.Output);
    }

    [Fact]
    public async Task Preview_with_json_lists_every_hyperparameter()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("preview", run.JobFile(), "--json"));
        using var document = JsonDocument.Parse(run.Output);
        var sgd = document.RootElement.GetProperty("candidates").EnumerateArray()
            .Single(c => c.GetProperty("strategy").GetString() == "sgd");
        Assert.Equal(10, sgd.GetProperty("hyperparameters").GetProperty("interval").GetDouble());
        Assert.Equal(500, sgd.GetProperty("steps").GetInt64());
    }

    [Theory]
    [InlineData("rnu")]
    [InlineData("run")]
    [InlineData("jobs", "--nonsense")]
    [InlineData("show")]
    public async Task Bad_arguments_end_with_2(params string[] arguments)
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run(arguments));
        Assert.EndsWith("Try --help.\n", run.Error);
    }

    [Fact]
    public async Task Help_tells_the_exit_codes_and_every_command()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("--help"));
        Assert.Contains("130  interrupted by Ctrl-C", run.Output);
        foreach (
            var command in new[]
            {
                "run", "resume", "extend", "add", "queue", "preview", "explain", "jobs", "show", "report", "export", "replay", "workloads",
                "strategies", "devices",
            })
        {
            Assert.Contains($"\n  {command} ", run.Output);
        }
    }

    [Theory]
    [InlineData(null, null, "/home/me", "/home/me/.local/share/autoselect")]
    [InlineData(null, "/data", "/home/me", "/data/autoselect")]
    [InlineData("/mine", "/data", "/home/me", "/mine")]
    [InlineData("", "", "/home/me", "/home/me/.local/share/autoselect")]
    public void The_store_is_found_by_the_environment(string? own, string? data, string home, string store)
    {
        var variables = new Dictionary<string, string?> { ["AUTOSELECT_STORE"] = own, ["XDG_DATA_HOME"] = data, ["HOME"] = home };
        Assert.Equal(store, StoreLocation.Resolve(null, variables.GetValueOrDefault));
        Assert.Equal("/given", StoreLocation.Resolve("/given", variables.GetValueOrDefault));
    }
}
