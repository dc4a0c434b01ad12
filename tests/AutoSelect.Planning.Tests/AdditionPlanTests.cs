using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Planning.Tests;

/// <summary>What joins a job while it runs.</summary>
public sealed class AdditionPlanTests
{
    private const string Job =
        "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\ncandidates: [nadamw]\nseed: 7\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_sizes_lengths_and_seed_are_the_jobs_where_they_are_not_named()
    {
        var plan = (await Plan("candidates: [sgd]\n")).Plan!;
        var added = Assert.Single(plan.Spec.Candidates);
        Assert.Equal(("sgd-b64", 64, 5, 7), (added.Name, added.BatchSize, added.Schedule.HorizonEpochs, added.Seed));
        Assert.Equal("nadamw-b64", plan.Spec.Baseline);
        var longer = (await Plan("candidates: [nadamw]\nepochs: 10\nbatchSizes: 128\n")).Plan!;
        Assert.Equal(("nadamw-b128-e10", 10), (longer.Spec.Candidates[0].Name, longer.Spec.Candidates[0].Schedule.HorizonEpochs));
    }

    [Fact]
    public async Task Names_tell_them_from_those_that_are_there()
    {
        var plan = (await Plan("candidates: [{ strategy: nadamw, values: { learningRate: [0.02, 0.03] } }]")).Plan!;
        Assert.Equal(["nadamw-b64-lr0.02", "nadamw-b64-lr0.03"], plan.Spec.Candidates.Select(c => c.Name));
    }

    [Fact]
    public async Task One_may_continue_a_candidate_that_is_there()
    {
        var plan = (await Plan("candidates: [{ strategy: sgd, continues: { candidate: nadamw-b64, after: 0.4 } }]")).Plan!;
        Assert.Equal("nadamw-b64", Assert.Single(plan.Spec.Candidates).Continues!.Candidate);
    }

    [Theory]
    [InlineData("{}", "'candidates' is missing")]
    [InlineData("candidates: default", "it must be a list of strategies")]
    [InlineData("candidates: [nadamw]", "are in the job already")]
    [InlineData("candidates: [sgd]\nobjective: { fastest_to: 1 }", "'objective' is not a key")]
    [InlineData("candidates: [{ strategy: sgd, ranks: 4, communication: fp32 }]", "probe.devices is '2'")]
    [InlineData("candidates: [{ strategy: sgd, continues: { candidate: nobody, after: 0.4 } }]", "'nobody'")]
    [InlineData("candidates: [sgdd]", "Did you mean 'sgd'?")]
    public async Task What_is_wrong_is_told_with_its_line(string text, string message)
    {
        var error = Assert.Single((await Plan(text)).Errors);
        Assert.Contains(message, error.ToString());
        Assert.StartsWith("added:1: ", text.Contains('\n') ? error.ToString().Replace("added:2", "added:1") : error.ToString());
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var planning = await Plan("candidates:\n  - sgdd\n  - { strategy: sgd, values: { learningRate: 99 } }\nepochs: -1\n");
        Assert.Equal([2, 3, 4], planning.Errors.Select(e => e.Line));
    }

    [Theory]
    [InlineData(0.95, null)]
    [InlineData(90, "target is '90': accuracy lies between 0 and 1; 90 % is 0.9.")]
    [InlineData(-1, "target is '-1': accuracy lies between 0 and 1.")]
    public async Task A_target_that_the_metric_cannot_have_is_refused(double target, string? broken) =>
        Assert.Equal(broken, await new JobPlanner(new PlayedSource()).BrokenTarget(await Spec(), target, Cancelled));

    private static async Task<JobPlanning> Plan(string text) => await new JobPlanner(new PlayedSource()).PlanAddition(
        new JobText(text, "added", "/jobs"), await Spec(), new Progress<DataProgress>(), Cancelled);

    private static async Task<JobSpec> Spec() => (await new JobPlanner(new PlayedSource()).Plan(
        new JobText(Job, "job.yaml", "/jobs"), new Progress<DataProgress>(), Cancelled)).Plan!.Spec;
}
