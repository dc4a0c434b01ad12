using AutoSelect.Contracts;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Races;

/// <summary>What the baseline of an insured race is promised, with real device processes and real training.</summary>
public sealed class LaneZeroTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_baseline_of_a_race_trains_bit_by_bit_as_it_would_alone()
    {
        if (Environment.ProcessorCount < 2) Assert.Skip("two devices need two cores");
        var spec = FaultyJobs.Spec(epochs: 6, examples: 2000, ("base", 20), ("small", 10), ("large", 50));
        var child = spec.Candidates[0] with
        {
            Name = "child",
            Hyperparameters = spec.Candidates[0].Hyperparameters.SetItem("learningRate", 0.01),
            Continues = new Continuation { Candidate = "base", At = 0.3, Kind = ContinuationKind.Exact, RewarmSteps = 0 },
        };
        spec = spec with
        {
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 600 },
            Candidates = spec.Candidates.Add(child),
            Probe = new ProbeBudget { Devices = 2, Price = 0 },
        };
        await using var session = await RealSession.Open(folder.Path, devices: 2);
        var raced = await session.UntilEnded(await session.Submit(spec with { Name = "raced" }));
        var alone = await session.UntilEnded(await session.Submit(spec with { Name = "alone", Candidates = [spec.Candidates[0]] }));

        Assert.Contains(raced.Trials[1..3], t => !t.Segments.IsEmpty);
        // Who goes on from it began while it trained.
        Assert.NotEmpty(raced.Trials[3].Curve);
        Assert.Single(raced.Trials[0].Segments, s => !s.IsExport);
        Assert.True(raced.Trials[0].Curve.Length > 10, $"{raced.Trials[0].Curve.Length} points");
        Assert.Equal(Curve(alone), Curve(raced));
    }

    private static List<string> Curve(JobRecord record) =>
        [.. record.Trials[0].Curve.Select(p => $"{p.Step} {Bits(p.Value)} {Bits(p.AveragedValue)} {Bits(p.TrainingLoss)}")];

    private static string Bits(double? number) => number is { } value ? $"{BitConverter.DoubleToInt64Bits(value):x16}" : "none";
}
