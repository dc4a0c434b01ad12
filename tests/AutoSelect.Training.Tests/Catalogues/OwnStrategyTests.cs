using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing.Processes;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Tests;

/// <summary>Strategies of a user's own assembly, and assemblies that do not fit.</summary>
public sealed class OwnStrategyTests : TrainingTest
{
    private static readonly WorkloadReference Spirals = new()
    {
        Name = "OwnWorkload.TwoSpirals",
        Assembly = BuiltFile.Of("OwnWorkload", "OwnWorkload.dll"),
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("examples", "2000").Add("turns", "1"),
    };

    [Fact]
    public void It_trains_and_goes_on_in_another_process_bit_by_bit()
    {
        var whole = new Recorder();
        using var one = OwnTrainer();
        var until = one.Train(Signum(120), whole);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (until.End, until.Reason));
        var parts = new Recorder();
        Checkpoint? checkpoint = null;
        foreach (var step in new long[] { 50, 120 })
        {
            using var another = OwnTrainer();
            checkpoint = another.Train(Signum(step, checkpoint, "t02"), parts).Checkpoint;
        }
        Assert.Equal(StateOf(until.Checkpoint!), StateOf(checkpoint!));
        Assert.Equal(CurveOf(whole), CurveOf(parts));
        Assert.True(whole.Points[^1].Value > whole.Points[0].Value + .1, $"{whole.Points[0].Value} to {whole.Points[^1].Value}");
    }

    [Fact]
    public void It_is_there_with_its_own_assembly_alone()
    {
        Assert.Equal("signum", Assert.Single(new WorkloadCatalogue().Strategies(Spirals)).Description.Name);
        Assert.Empty(new WorkloadCatalogue().Strategies(new() { Name = "fashion-mnist-mlp" }));
        using var trainer = NewTrainer();
        var report = trainer.Train(Signum(1) with { Workload = new() { Name = "spiral" } }, new Recorder());
        Assert.Equal((SegmentEnd.Failed, "ArgumentException: 'signum' is not a training strategy; there are plain-sgd."),
            (report.End, report.Reason));
    }

    [Fact]
    public void One_that_is_called_as_another_one_is_refused()
    {
        // The strategies of these tests, once as AutoSelect's and once as somebody's own.
        var own = new WorkloadCatalogue().Strategies(new() { Name = "X", Assembly = typeof(PlainSgd).Assembly.Location });
        var error = Assert.Throws<ArgumentException>(() => new StrategyCatalogue([new PlainSgd()]).With(own));
        Assert.EndsWith("are both called 'plain-sgd': names must be unique.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_wants_an_argument_is_refused()
    {
        var path = EmittedAssembly.WithArgument(Folder);
        Assert.Equal("Mine.WithArgument in Mine has no public parameterless constructor: a strategy is stateless and needs one.",
            Assert.Throws<ArgumentException>(() => new WorkloadCatalogue().Strategies(new() { Name = "X", Assembly = path })).Message);
    }

    [Theory]
    [InlineData("AutoSelect.Training", "0.99.0.0", "was built against AutoSelect.Training 0.99.0, and this is AutoSelect 0.")]
    [InlineData("AutoSelect.Contracts", "0.0.1.0", "was built against AutoSelect.Contracts 0.0.1, and this is AutoSelect 0.")]
    [InlineData("System.Runtime", "99.0.0.0", "was built for .NET 99, and this runs on .NET 10: set TargetFramework to net10.0")]
    [InlineData("Missing.Library", "1.2.3.0", "needs Missing.Library 1.2.3.0, which is not beside it")]
    [InlineData("TorchSharp", "99.0.0.0", "needs TorchSharp 99.0.0.0, which is not beside it and no part of AutoSelect, or there in")]
    public void An_assembly_that_does_not_fit_is_refused_with_both_versions(string library, string version, string expected)
    {
        var path = EmittedAssembly.Needing(Folder, library, Version.Parse(version));
        var catalogue = new WorkloadCatalogue();
        foreach (var use in (Action<WorkloadReference>[])[r => catalogue.Create(r), r => catalogue.Strategies(r)])
        {
            var refused = Assert.Throws<ArgumentException>(() => use(new() { Name = "Mine.Child", Assembly = path }));
            Assert.StartsWith($"Workload assembly '{path}' {expected}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0.1.0", "0.1.0", true)]
    [InlineData("0.1.0", "0.1.3", true)]
    [InlineData("0.1.3", "0.1.0", false)]
    [InlineData("0.1.0", "0.2.0", false)]
    [InlineData("1.2.0", "1.4.1", true)]
    [InlineData("1.4.0", "1.2.0", false)]
    [InlineData("1.2.0", "2.0.0", false)]
    public void An_assembly_fits_its_own_version_and_later_ones_that_take_nothing_away(string built, string running, bool fits) =>
        Assert.Equal(fits, OwnAssembly.Fits(Version.Parse(built), Version.Parse(running)));

    private static SegmentTrainer OwnTrainer() =>
        new(new StrategyCatalogue([new PlainSgd()]), new WorkloadCatalogue(), "/nonexistent", TorchSharp.torch.CPU);

    private SegmentAssignment Signum(long until, Checkpoint? from = null, string trial = "t01")
    {
        var assignment = Assignment(until, from, batchSize: 64, learningRate: .003, trial: trial);
        return assignment with { Workload = Spirals, Candidate = assignment.Candidate with { Strategy = "signum" } };
    }
}
