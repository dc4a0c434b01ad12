using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Winners;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.Winners;

/// <summary>The winner of a job as a job file: planned, it is the same candidate to the last digit.</summary>
public sealed class WinnerJobFileTests
{
    private const string Head = "workload: { name: toy-mlp, options: { hidden: \"a: 'b' # c\" } }\n";

    [Theory]
    [InlineData("objective: { fastest_to: 0.9 }\ncandidates: [nadamw]\nbatchSizes: 64\nepochs: 5\n")]
    [InlineData("objective: { best_by: 1h30m }\ncandidates: [{ strategy: sgd, values: { learningRate: 0.1234567890123 } }]\nepochs: 0.3")]
    [InlineData("objective: { tradeoff: { gain: 0.01, worth: 5m }, deadline: 90s }\ncandidates: [sgd]\nbatchSizes: 1\nepochs: 5\nseed: 9")]
    [InlineData("objective: { fastest_to: 0.9 }\nepochs: 5\n"
        + "candidates: [{ strategy: sgd, ranks: 2, communication: fp16, schedule: constant }]\n")]
    [InlineData("objective: { fastest_to: 0.9 }\ncandidates: [nadamw]\nepochs: 5\n"
        + "modifiers: { clipNorm: 0.1234567, averaging: gpa, cautious: true, labelSmoothing: none, perturbation: 1e-7, sam: 0.05 }\n")]
    [InlineData("objective: { fastest_to: 0.9 }\ncandidates: [{ strategy: nadamw, search: { learningRate: default } }]\nepochs: 5\n"
        + "checkpoints: { every: 1.5s, diskLimit: 3GiB }\nevaluation: { perEpoch: 3.5 }\ncommit: { devices: 2 }\nprobe: { devices: 3 }\n")]
    public async Task Planned_it_is_the_candidate_that_won(string text)
    {
        var won = (await Plan(Head + text)).Spec;
        var again = (await Plan(WinnerJobFile.Write(Ended(won, won.Candidates.Length - 1), SampleCatalogue.Catalogue))).Spec;
        var winner = Assert.Single(again.Candidates);
        Assert.Equal(Text(won.Candidates[^1]), Text(winner));
        Assert.Equal(("job-winner", won.Seed, won.Objective), (again.Name, again.Seed, again.Objective));
        Assert.Equal((won.Evaluation, won.Checkpoints, won.Commit), (again.Evaluation, again.Checkpoints, again.Commit));
        Assert.Equal((winner.Ranks, won.Workload.Label), (again.Probe.Devices, again.Workload.Label));
    }

    [Fact]
    public async Task One_that_goes_on_from_others_comes_with_them()
    {
        var won = (await Plan(Head + "objective: { fastest_to: 0.9 }\nepochs: 5\nbatchSizes: 64\ncandidates:\n"
            + "  - { strategy: nadamw, values: { learningRate: [0.01, 0.02] } }\n"
            + "  - { strategy: sgd, values: { interval: 20 }, continues: { candidate: nadamw-b64-lr0.02, after: 0.25 } }\n"
            + "  - { strategy: sgd, continues: { candidate: sgd-b64-after0.25-nadamw-b64-lr0.02, after: 0.5, rewarm: 3 } }\n")).Spec;
        var last = won.Candidates.Length - 1;
        Assert.Equal("sgd-b64-after0.25-nadamw-b64-lr0.02", won.Candidates[last].Continues!.Candidate);
        var again = (await Plan(WinnerJobFile.Write(Ended(won, last), SampleCatalogue.Catalogue))).Spec;
        Assert.Equal(3, again.Candidates.Length);
        Assert.Equal("exhaustive", again.Policy);
        Assert.Equal(Text(won.Candidates[last]), Text(again.Candidates[2]));
        Assert.Equal(Text(won.Candidates[^2]), Text(again.Candidates[1]));
    }

    [Fact]
    public async Task As_code_it_is_what_is_compiled_and_run_where_the_strategies_are()
    {
        var spec = (await Plan(Head + "objective: { fastest_to: 0.9 }\nepochs: 5\nbatchSizes: 64\nseed: 9007199254740993\n"
            + "candidates: [{ strategy: nadamw, values: { learningRate: 0.0021234567890123 }, modifiers: { clipNorm: 0.5 } }]\n")).Spec;
        using var reader = new StreamReader(typeof(WinnerJobFileTests).Assembly.GetManifestResourceStream("Winner.cs")!);
        var compiled = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(compiled, WinnerCode.Write(Ended(spec, 0), SampleCatalogue.Catalogue));
    }

    [Fact]
    public async Task A_job_without_a_winner_and_a_strategy_that_is_gone_are_refused()
    {
        var spec = (await Plan(Head + "objective: { fastest_to: 0.9 }\ncandidates: [sgd]\nepochs: 5\n")).Spec;
        var running = Assert.Throws<InvalidOperationException>(
            () => WinnerJobFile.Write(SubmittedJobs.Record(spec), SampleCatalogue.Catalogue));
        Assert.Equal("Job 'job' is in phase Probing and has no winner: one is chosen by its commit or its end.", running.Message);
        var other = SampleCatalogue.Catalogue with { Strategies = [SampleCatalogue.Catalogue.Strategies[0]] };
        var gone = Assert.Throws<InvalidOperationException>(() => WinnerCode.Write(Ended(spec, 0), other));
        Assert.Contains("whose strategies are other ones: there is no strategy 'sgd'", gone.Message);
    }

    [Fact]
    public async Task A_strategy_that_has_changed_is_refused_and_not_written_as_something_else()
    {
        var spec = (await Plan(Head + "objective: { fastest_to: 0.9 }\ncandidates: [sgd]\nepochs: 5\n")).Spec;
        var changed = SampleCatalogue.Catalogue with
        {
            Strategies = [.. SampleCatalogue.Catalogue.Strategies.Select(s => s with { WarmupFraction = .5 })],
        };
        var refused = Assert.Throws<InvalidOperationException>(() => WinnerJobFile.Write(Ended(spec, 0), changed));
        Assert.Contains("it would be", refused.Message);
    }

    private static JobRecord Ended(JobSpec spec, int winner) => SubmittedJobs.Record(spec).After(42, new JobEnded(
        JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "Reached.", Winner = TrialId.At(winner), Value = .9 }));

    private static string Text(Candidate candidate) => JsonSerializer.Serialize(
        candidate with { Name = "", Continues = candidate.Continues is { } origin ? origin with { Candidate = "" } : null },
        RecordJson.Options);

    private static async Task<JobPlan> Plan(string text)
    {
        var planning = await new JobPlanner(new PlayedSource()).Plan(
            new JobText(text, "job.yaml", "/jobs"), new Progress<DataProgress>(), TestContext.Current.CancellationToken);
        Assert.True(planning.Plan is not null, $"{string.Join('\n', planning.Errors)}\n{text}");
        return planning.Plan;
    }
}
