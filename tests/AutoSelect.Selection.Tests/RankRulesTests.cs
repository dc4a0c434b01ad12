using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Selection.Tests;

/// <summary>On how many ranks a committed run goes on, and how candidates with ranks are made.</summary>
public sealed class RankRulesTests
{
    private static readonly Candidate One = new()
    {
        Name = "one",
        Strategy = "sgd",
        BatchSize = 12,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 1,
    };

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 4, 4)]
    [InlineData(1, 5, 4)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 6, 6)]
    [InlineData(3, 5, 4)]
    public void A_committed_run_has_the_most_ranks_that_divide_its_batch_and_at_least_its_own(int ranks, int devices, int expected) =>
        Assert.Equal(expected, RankRules.CommitRanks(One with { Ranks = ranks, Communication = ranks == 1 ? "none" : "fp16" }, devices));

    [Theory]
    [InlineData(12, 1, 5, 4)]
    [InlineData(12, 4, 3, 3)]
    [InlineData(1, 1, 4, 1)]
    [InlineData(1, 4, 4, 4)]
    [InlineData(1, 4, 3, 2)]
    [InlineData(1, 3, 2, 1)]
    public void With_fewer_devices_a_batch_is_divided_evenly_and_a_program_has_ranks_that_divide_its_own(
        int batchSize, int ranks, int devices, int expected) =>
        Assert.Equal(expected, RankRules.MostRanks(One with { BatchSize = batchSize, Ranks = ranks }, devices));

    [Fact]
    public void What_draws_anew_on_each_part_of_a_batch_keeps_a_run_of_one_rank_on_one_device()
    {
        Modifiers[] drawing = [new() { MixupAlpha = .2 }, new() { PerturbationSigma = .1 }, new() { SamRho = .1 }];
        Assert.All(drawing, m => Assert.Equal(1, RankRules.CommitRanks(One with { Modifiers = m }, 4)));
        Assert.Equal(4, RankRules.CommitRanks(
            One with { Modifiers = new() { ClipNorm = 1, Averaging = WeightAveraging.Gpa, LabelSmoothing = .1 } }, 4));
    }

    [Fact]
    public void A_run_of_one_rank_is_spread_by_the_exact_exchange_and_others_keep_theirs()
    {
        Assert.Equal((4, "fp32"), (RankRules.OnRanks(One, 4).Ranks, RankRules.OnRanks(One, 4).Communication));
        Assert.Same(One, RankRules.OnRanks(One, 1));
        var wide = One with { Ranks = 2, Communication = "diloco-10" };
        Assert.Same(wide, RankRules.OnRanks(wide, 4));
        Assert.Same(wide, RankRules.OnRanks(wide, 1));
    }

    [Fact]
    public void A_model_with_BatchNorm_refuses_to_be_spread_further_than_it_was_tried()
    {
        var traits = new WorkloadTraits { HasBatchNorm = true };
        Assert.StartsWith("commit.devices is '2': the model has BatchNorm layers", RankRules.BrokenCommit([One], 2, traits));
        Assert.Null(RankRules.BrokenCommit([One], 1, traits));
        Assert.Null(RankRules.BrokenCommit([One with { Ranks = 2, Communication = "fp32" }], 2, traits));
        Assert.Null(RankRules.BrokenCommit([One], 2, new WorkloadTraits()));
    }

    [Fact]
    public void The_grid_gives_one_rank_no_communication_and_others_each_that_is_asked_for()
    {
        static GradientCommunication[] Kinds(params string[] words) => [.. words.Select(GradientCommunication.Parse)];
        static IEnumerable<(int, string)> Cross(int[] ranks, params string[] kinds) =>
            new RankGrid { Ranks = [.. ranks], Communication = [.. Kinds(kinds)] }.Cross();

        Assert.Equal([(1, "none")], Cross([]));
        Assert.Equal([(2, "fp32")], Cross([2]));
        Assert.Equal([(1, "none"), (2, "fp32"), (2, "powersgd-4")], Cross([1, 2], "fp32", "powersgd-4"));
        Assert.Equal([(1, "none"), (4, "fp16")], Cross([1, 4], "none", "fp16"));
        // To be refused by the rules of candidates.
        Assert.Equal([(1, "fp16")], Cross([], "fp16"));
        Assert.Equal([(2, "none")], Cross([2], "none"));
    }

    [Theory]
    [InlineData("diloco-10", true, false, "which local steps do not see")]
    [InlineData("diloco-10", false, true, "of which only one would be exchanged")]
    [InlineData("async", true, false, "asynchronous ranks pass on another instance of the model than is updated")]
    [InlineData("async", false, true, null)]
    [InlineData("async-predicted", false, false, null)]
    [InlineData("fp16", true, true, null)]
    public void Some_communication_is_not_for_every_strategy(string communication, bool capture, bool averages, string? refusal)
    {
        var broken = Broken(
            One with { Ranks = 2, Communication = communication }, new() { NeedsLayerCapture = capture, AveragesWeights = averages });
        if (refusal is null) Assert.Empty(broken);
        else Assert.Contains(refusal, Assert.Single(broken));
    }

    [Fact]
    public void Asynchronous_ranks_take_no_modifier_whose_passes_start_from_the_weights_of_the_update()
    {
        (Modifiers, string)[] refused = [(new() { SamRho = .1 }, "sam"), (new() { PerturbationSigma = .1 }, "perturbation"),
            (new() { Averaging = WeightAveraging.Gpa }, "averaging gpa")];
        foreach (var (modifiers, name) in refused)
            Assert.Contains(Broken(One with { Ranks = 2, Communication = "async", Modifiers = modifiers }, new()),
                b => b.StartsWith($"communication is 'async': {name} takes gradients", StringComparison.Ordinal));
        Assert.Empty(Broken(
            One with { Ranks = 2, Communication = "async", Modifiers = new() { ClipNorm = 1, Cautious = true, LabelSmoothing = .1 } },
            new()));
    }

    private static List<string> Broken(Candidate candidate, StrategyCapabilities capabilities) => [.. CandidateRules.Broken(candidate, new()
    {
        Name = "sgd",
        Summary = "",
        Source = "",
        Hyperparameters = [],
        BaseBatchSize = 12,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = 0,
        Capabilities = capabilities,
    }, null, null)];
}
