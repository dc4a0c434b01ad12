using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Planning;
using AutoSelect.Testing;

namespace AutoSelect.Campaigns.Tests.Files;

public sealed class CampaignFileTests
{
    private const string Whole = """
        name: widths
        job:
          workload: fashion-mnist-mlp
          objective: { fastest_to: 0.8 }
          epochs: 4
        space:
          workload.options.hidden: [64, 64-64]
          epochs: { min: 1, max: 8, scale: logarithmic }
        search: tpe
        jobs: 40
        deviceTime: 2h
        parallel: 3
        seed: 7
        stop: { below: 0.01 }
        learning: { originalEvery: 5 }
        """;

    [Fact]
    public void A_file_says_all_of_a_campaign()
    {
        var spec = Read(Whole).Spec!;
        Assert.Equal(("widths", SearchKind.Tpe, 40, 7200.0, 3, 7L, CampaignGoal.Time),
            (spec.Name, spec.Search, spec.Jobs, spec.DeviceSeconds, spec.Parallel, spec.Seed, spec.Goal));
        Assert.Equal(new StopRule(0.01), spec.Stop);
        Assert.Equal(new LearningRule(5), spec.Learning);
        Assert.Equal(["workload.options.hidden", "epochs"], spec.Space.Parameters.Select(p => p.Key));
        Assert.Equal(["64", "64-64"], spec.Space.Parameters[0].Choices);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var spec = Read("""
            job: job.yaml
            space: { epochs: [1, 2] }
            search: grid
            """, "workload: autoencoder\nobjective: { best_by: 20s }\nepochs: 1").Spec!;
        Assert.Equal(("campaign", SearchKind.Grid, 2, CampaignGoal.Value), (spec.Name, spec.Search, spec.Jobs, spec.Goal));
        Assert.Equal(new StopRule(), spec.Stop);
        Assert.Null(spec.Learning);
        Assert.Null(Read(Whole.Replace("stop: { below: 0.01 }", "", StringComparison.Ordinal)).Spec!.Stop);
        Assert.Equal(new StopRule(), Read(Whole.Replace("stop: { below: 0.01 }", "stop: on", StringComparison.Ordinal)).Spec!.Stop);
        Assert.Null(Read(Whole.Replace("stop: { below: 0.01 }", "stop: off", StringComparison.Ordinal)).Spec!.Stop);
    }

    [Theory]
    [InlineData("name: widths", "name: Wid ths", "campaign.yaml:1: name is 'Wid ths': it must be 1 to 40")]
    [InlineData("jobs: 40", "", "'jobs' is missing: give the number of points")]
    [InlineData("jobs: 40", "jobs: 0", ":10: jobs is '0': it must be an integer from 1 to 100000")]
    [InlineData("jobs: 40", "jobz: 40", "'jobz' is not a key of a campaign file")]
    [InlineData("search: tpe", "search: bayes", ":9: search is 'bayes': it must be one of grid, random, quasi-random, tpe")]
    [InlineData("max: 8", "max: 1", "space.epochs.max is '1': it must be above min, which is 1")]
    [InlineData("min: 1", "min: 0", "space.epochs.min is '0': it must be above 0 on a logarithmic scale")]
    [InlineData("[64, 64-64]", "[64, 64]", "a value twice")]
    [InlineData("min: 1, max: 8, scale: logarithmic", "min: -1e308, max: 1.7e308", "must not be further apart than numbers go")]
    [InlineData("max: 8, scale: logarithmic", "max: 1e17, integer: true", "integers must lie within")]
    [InlineData("workload.options.hidden: [", "objective.fastest_to.x: [", ":7: space has the key 'objective.fastest_to.x'")]
    [InlineData("workload.options.hidden: [", "candidates[0].points: [", "has no item 0 in the list 'candidates'")]
    [InlineData("stop: { below: 0.01 }", "stop: { below: 0.7 }", "stop.below is '0.7': it must be a probability from 0 to 0.5")]
    [InlineData("{ originalEvery: 5 }", "{ originalEvery: 1 }", "learning.originalEvery is '1': it must be an integer from 2 to 100000")]
    [InlineData("  epochs: 4", "  epochs: [4, 8]", "learning needs a job with one length")]
    [InlineData(
        "workload.options.hidden: [", "batchSizes: [",
        "learning needs the same candidates for every point: 'batchSizes' of the space changes them")]
    public void Every_error_has_its_line_the_value_and_the_rule(string part, string broken, string message) =>
        Assert.Contains(
            Read(Whole.Replace(part, broken, StringComparison.Ordinal)).Errors,
            e => e.ToString().Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Every_example_breaks_no_rule()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(SourceTree.Root, "examples", "campaigns")))
            Assert.Empty(CampaignFileReader.Read(
                new JobText(File.ReadAllText(path), path, Path.GetDirectoryName(path)!), File.ReadAllText).Errors);
    }

    [Fact]
    public void All_errors_are_told_at_once() => Assert.Equal(3, Read(Whole
        .Replace("jobs: 40", "jobs: x", StringComparison.Ordinal).Replace("seed: 7", "seed: -1", StringComparison.Ordinal)
        .Replace("parallel: 3", "parallel: 0", StringComparison.Ordinal)).Errors.Count);

    [Fact]
    public void A_job_file_that_cannot_be_read_is_told() => Assert.Contains(
        "job is 'gone.yaml': the job file cannot be read",
        CampaignFileReader.Read(
            Text("job: gone.yaml\nspace: { epochs: [1] }\njobs: 1"), _ => throw new FileNotFoundException("no such file."))
            .Errors[0].ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_time_needs_a_target() => Assert.Contains(
        "goal is 'time'",
        Read("job: j\nspace: { epochs: [1, 2] }\njobs: 1\ngoal: time", "objective: { best_by: 20s }").Errors[0].ToString(),
        StringComparison.Ordinal);

    private static (CampaignSpec? Spec, IReadOnlyList<Planning.JobFiles.JobFileError> Errors) Read(string text, string job = "a: b") =>
        CampaignFileReader.Read(Text(text), _ => job);

    private static JobText Text(string text) => new(text, "campaign.yaml", "/nowhere");
}
