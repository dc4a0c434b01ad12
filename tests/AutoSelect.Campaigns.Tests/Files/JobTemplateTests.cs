using System.Collections.Immutable;
using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Spaces;

namespace AutoSelect.Campaigns.Tests.Files;

public sealed class JobTemplateTests
{
    [Fact]
    public void A_path_sets_a_value_and_makes_the_sections_on_its_way()
    {
        var job = Fill(
            "workload: autoencoder\ncandidates: [{ strategy: sgd }, kfac]", ("workload.options.encoder", "64-12"), ("epochs", "3"));
        Assert.Contains("workload:\n  name: autoencoder\n  options:\n    encoder: 64-12\n", job, StringComparison.Ordinal);
        Assert.Contains("epochs: 3", job, StringComparison.Ordinal);
        Assert.Contains("points: 4", Fill("candidates: [{ strategy: sgd }]", ("candidates[0].points", "4")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_placeholder_is_replaced_wherever_it_stands()
    {
        var job = Fill("a: ${width}\nb: [\"${width}-${depth}\", x]", ("width", "64"), ("depth", "2"));
        Assert.Equal("a: 64\nb: [\"64-2\", x]\n", job);
    }

    [Fact]
    public void Candidates_are_said_in_full_and_the_first_is_the_baseline()
    {
        var job = JobTemplate.WithCandidates(
            "candidates: default\nbatchSizes: [64, 128]\nbaseline: x\nepochs: 4", [Sample.Arm("kfac"), Sample.Arm("sgd")]);
        Assert.Equal("""
            candidates:
            - strategy: kfac
              values: {learningRate: 0.1}
              batchSizes: [128]
              schedule: cosine
              ranks: 1
            - strategy: sgd
              values: {learningRate: 0.1}
              batchSizes: [128]
              schedule: cosine
              ranks: 1
            baseline: kfac
            epochs: 4

            """, job.Replace("{ learningRate: 0.1 }", "{learningRate: 0.1}", StringComparison.Ordinal), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Candidates_of_a_program_keep_their_names_and_their_own_arguments()
    {
        var candidate = Sample.Arm("nadamw") with
        {
            Name = "adamw-lr0.001",
            Arguments = ImmutableSortedDictionary<string, string>.Empty.Add("lr", "0.001").Add("kind", "\"1\""),
        };
        var job = JobTemplate.WithCandidates(
            "workload: { command: [sh, train.sh] }\ncandidates: []\nbaseline: x",
            [candidate, candidate with { Name = "own", Strategy = "program" }]);
        Assert.Contains("- name: adamw-lr0-001\n  like: nadamw\n  arguments: {kind: \"1\", lr: 0.001}\n- name: own\n  arguments:",
            job.Replace("{ kind: \"1\", lr: 0.001 }", "{kind: \"1\", lr: 0.001}", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith("baseline: adamw-lr0-001\n", job, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epochs", false)]
    [InlineData("batchSizes", true)]
    [InlineData("candidates[0].strategy", true)]
    [InlineData("rate", true)]
    [InlineData("width", false)]
    public void It_is_known_whether_a_parameter_changes_the_candidates(string key, bool expected) => Assert.Equal(
        expected, JobTemplate.ChangesCandidates(
            "workload: { name: toy, options: { hidden: \"${width}\" } }\n"
                + "candidates: [{ strategy: sgd, values: { learningRate: \"${rate}\" } }]", key));

    [Fact]
    public void Filling_twice_gives_the_same_bytes_so_that_a_submission_can_be_repeated() =>
        Assert.Equal(Fill(Sample.Job, ("epochs", "3")), Fill(Sample.Job, ("epochs", "3")));

    [Fact]
    public void The_price_of_a_borrowed_device_is_set() => Assert.Equal(
        0.5, JobTemplate.ProbePrice(JobTemplate.WithCandidates("epochs: 4\nprobe: { devices: 3 }", [Sample.Arm("sgd")], 0.5)));

    [Fact]
    public void The_devices_of_the_probe_and_their_price_are_read_off()
    {
        Assert.Equal(0.3, JobTemplate.ProbePrice("probe: { price: 0.3 }"));
        Assert.Equal(0.08, JobTemplate.ProbePrice("epochs: 3"));
        Assert.Equal(3, JobTemplate.ProbeDevices("probe: { devices: 3 }"));
        Assert.Equal(2, JobTemplate.ProbeDevices("epochs: 3"));
    }

    private static string Fill(string template, params (string Key, string Value)[] values) => JobTemplate.Fill(
        template, new CampaignSpace([.. values.Select(v => new CampaignParameter { Key = v.Key, Choices = [v.Value] })]),
        [.. values.Select(v => v.Value)]);
}
