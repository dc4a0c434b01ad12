using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Winners;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.Winners;

/// <summary>Jobs with a strategy that the workload's own assembly brings along, from the plan to the winner.</summary>
public sealed class OwnStrategyTests : IDisposable
{
    private static readonly StrategyDescription Mine = SampleCatalogue.Catalogue.Strategies[1] with { Name = "mine", BaseBatchSize = 16 };

    private readonly TemporaryFolder folder = new();
    private readonly PlayedSource source = new()
    {
        Answer = workload => workload is null ? Sample.Inspection with { Workload = null } : Sample.Inspection with
        {
            Catalogue = SampleCatalogue.Catalogue with
            {
                Strategies = [Mine, .. SampleCatalogue.Catalogue.Strategies],
                OwnStrategies = [Mine.Name],
            },
        },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_is_planned_beside_the_others_and_stays_with_the_job()
    {
        var spec = await Plan("candidates: default");
        Assert.Equal(["mine", "nadamw", "sgd"], spec.Candidates.Select(c => c.Strategy).Order(StringComparer.Ordinal));
        Assert.Equal(Mine, Assert.Single(spec.OwnStrategies));
        Assert.Empty((await Plan("candidates: [sgd]", "toy-mlp")).OwnStrategies);
    }

    [Fact]
    public async Task It_joins_a_job_that_runs()
    {
        var job = await Plan("candidates: [sgd]");
        var text = new JobText("candidates: [mine]", "more.yaml", folder.Path);
        var planning = await new JobPlanner(source).PlanAddition(text, job, new Progress<DataProgress>(), Cancelled);
        Assert.Equal("mine", Assert.Single(planning.Plan!.Spec.Candidates).Strategy);
    }

    [Fact]
    public async Task Its_winner_is_written_by_what_the_job_was_planned_with_and_nothing_is_loaded()
    {
        var spec = await Plan("candidates: [{ strategy: mine, values: { learningRate: 0.0123456789 } }]");
        source.Asked.Clear();
        // One that has come to be called so since is another one.
        var changed = new PlayedSource { Answer = workload => WithOther(source.Answer(workload)) };
        var catalogue = await new JobPlanner(changed).ReadCatalogue(spec, Cancelled);
        Assert.Equal([(null, 0)], changed.Asked);
        var job = Ended(spec);
        var again = await Plan(WinnerJobFile.Write(job, catalogue));
        Assert.Equal(spec.Candidates[0].Hyperparameters["learningRate"], Assert.Single(again.Candidates).Hyperparameters["learningRate"]);
        Assert.Equal(("mine", spec.Workload.AssemblySha256), (again.Candidates[0].Strategy, again.Workload.AssemblySha256));

        var code = WinnerCode.Write(job, catalogue);
        Assert.Contains("new StrategyCatalogue(typeof(global::Lab.Outer.Spirals).Assembly)[Candidate.Strategy]", code);
        Assert.Contains($"assembly, which is to be referenced: Lab.dll, SHA-256 {spec.Workload.AssemblySha256}.", code);
        Assert.DoesNotContain("AutoSelect.Strategies", code);
    }

    [Fact]
    public async Task A_winner_that_comes_with_autoselect_is_written_as_in_any_other_job()
    {
        var spec = await Plan("candidates: [sgd]");
        var code = WinnerCode.Write(Ended(spec), await new JobPlanner(source).ReadCatalogue(spec, Cancelled));
        Assert.Contains("new StrategyCatalogue(typeof(Sgd).Assembly)[Candidate.Strategy]", code);
        Assert.DoesNotContain("Lab.dll", code);
    }

    private static Inspection WithOther(Inspection found) => found with
    {
        Catalogue = found.Catalogue with { Strategies = [.. found.Catalogue.Strategies, Mine with { WarmupFraction = .9 }] },
    };

    private static JobRecord Ended(JobSpec spec) => SubmittedJobs.Record(spec).After(42, new JobEnded(
        JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "Reached.", Winner = TrialId.At(0), Value = .9 }));

    /// <summary>Plans a whole job file, or candidates of one with the workload of one's own.</summary>
    private async Task<JobSpec> Plan(string text, string? workload = null)
    {
        File.WriteAllText(folder["Lab.dll"], "an assembly");
        var head = text.Contains("objective", StringComparison.Ordinal) ? "" : $$"""
            workload: {{workload ?? "{ assembly: Lab.dll, type: Lab.Outer+Spirals }"}}
            objective: { fastest_to: 0.9 }
            batchSizes: [64]
            epochs: 5

            """;
        var asked = workload is null ? source : new PlayedSource();
        var planning = await new JobPlanner(asked).Plan(
            new JobText(head + text, "job.yaml", folder.Path), new Progress<DataProgress>(), Cancelled);
        Assert.True(planning.Plan is not null, $"{string.Join('\n', planning.Errors)}\n{text}");
        return planning.Plan.Spec;
    }
}
