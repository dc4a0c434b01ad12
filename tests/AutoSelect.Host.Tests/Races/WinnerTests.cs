using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Winners;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Races;

/// <summary>A winner that is taken along as a job file, with real device processes and real training.</summary>
public sealed class WinnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly JobPlanner planner = new(new CatalogueSource());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Run_alone_it_has_the_curve_that_won_bit_by_bit()
    {
        var spec = await Plan($$"""
            name: raced
            workload:
              assembly: {{BuiltFile.FaultyWorkloads}}
              type: AutoSelect.FaultyWorkloads.FaultyWorkload
              options: { examples: 1000 }
            objective: { tradeoff: { gain: 0.01, worth: 10s } }
            candidates:
              - { strategy: sgd, values: { learningRate: [0.01, 0.0212345678901234] }, batchSizes: [20] }
            epochs: 3
            seed: 5
            policy: exhaustive
            probe: { devices: 1 }
            """);
        await AssertSameAlone(spec);
    }

    [Fact]
    public async Task One_of_a_strategy_of_the_workloads_own_assembly_too()
    {
        var spec = await Plan($$"""
            name: own
            workload:
              assembly: {{BuiltFile.Of("OwnWorkload", "OwnWorkload.dll")}}
              type: OwnWorkload.TwoSpirals
              options: { examples: 1000, turns: 1 }
            objective: { tradeoff: { gain: 0.01, worth: 10s } }
            candidates:
              - { strategy: signum, values: { learningRate: [0.001, 0.00212345678901234] } }
            batchSizes: [20]
            epochs: 3
            seed: 5
            policy: exhaustive
            probe: { devices: 1 }
            """);
        Assert.Equal("signum", Assert.Single(spec.OwnStrategies).Name);
        await AssertSameAlone(spec);
    }

    private async Task AssertSameAlone(JobSpec spec)
    {
        await using var session = await RealSession.Open(folder.Path, devices: 1);
        var raced = await session.UntilEnded(await session.Submit(spec));
        var file = WinnerJobFile.Write(raced, await planner.ReadCatalogue(raced.Spec, Cancelled));
        var alone = await session.UntilEnded(await session.Submit(await Plan(file)));
        var (won, again) = (raced[raced.Outcome!.Winner!.Value], Assert.Single(alone.Trials));
        Assert.True(won.Curve.Length > 5, $"{won.Curve.Length} points");
        Assert.Equal(Curve(won), Curve(again));
        Assert.Equal(raced.Outcome.Value, alone.Outcome!.Value);
    }

    private async Task<JobSpec> Plan(string text)
    {
        var planning = await planner.Plan(new JobText(text, "job.yaml", folder.Path), new Progress<DataProgress>(), Cancelled);
        Assert.True(planning.Plan is not null, $"{string.Join('\n', planning.Errors)}\n{text}");
        return planning.Plan.Spec;
    }

    private static List<string> Curve(Trial trial) =>
        [.. trial.Curve.Select(p => $"{p.Step} {Bits(p.Value)} {Bits(p.AveragedValue)} {Bits(p.TrainingLoss)}")];

    private static string Bits(double? number) => number is { } value ? $"{BitConverter.DoubleToInt64Bits(value):x16}" : "none";
}
