using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Selection.Tests;

/// <summary>Candidates that begin with another one's checkpoint, as a job file asks for them; epochs have 1,000 examples.</summary>
public sealed class ContinuationPointTests
{
    private static readonly Catalogue Catalogue = new()
    {
        Strategies =
        [
            Strategy("nadamw", new ContinuationRule { From = ["adamw"], Kind = ContinuationKind.Exact, WarmSteps = 100 },
                new ContinuationRule { Kind = ContinuationKind.BoundaryOnly, WarmSteps = 2, WarmStepsOver = "learningRate" }),
            Strategy("adamw", new ContinuationRule { From = ["nadamw"], Kind = ContinuationKind.Exact, WarmSteps = 100 }),
            Strategy("sgd", new ContinuationRule { From = ["nadamw"], Kind = ContinuationKind.Convertible, WarmSteps = 100 }),
        ],
        Workloads = [],
        Devices = [],
    };

    [Fact]
    public void It_takes_batch_size_length_and_modifiers_from_the_one_it_continues_and_the_rule_from_the_strategies()
    {
        var expansion = Expand([
            Plain("nadamw") with { Modifiers = new() { ClipNorm = [1] }, BatchSizes = [10, 20] }, Going("sgd", "nadamw", .4)]);
        Assert.Empty(expansion.Errors);
        Assert.Equal(["nadamw-b10-clipnorm1", "nadamw-b20-clipnorm1", "sgd-b10-clipnorm1-after0.4-nadamw-b10-clipnorm1",
            "sgd-b20-clipnorm1-after0.4-nadamw-b20-clipnorm1"], expansion.Candidates.Select(c => c.Name));
        var child = expansion.Candidates[3];
        Assert.Equal(
            new Continuation { Candidate = "nadamw-b20-clipnorm1", At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 100 },
            child.Continues);
        Assert.Equal((20, 1.0, 20.0), (child.BatchSize, child.Modifiers.ClipNorm, child.Schedule.HorizonEpochs));
        Assert.Equal("continues nadamw-b20-clipnorm1 after 0.4 (convertible, re-warm 100 steps)", child.Axes().Last());
        Assert.Equal("nadamw-b10-clipnorm1", CandidateGenerator.Baseline(expansion.Candidates));
    }

    [Theory]
    [InlineData(
        StateShaping.Value, 1, 2,
        "learningRate is '2' and nadamw-b10 has '1': it decides what state nadamw keeps, so both must have the same value.")]
    [InlineData(
        StateShaping.Presence, 0, 2,
        "learningRate is '2' and nadamw-b10 has '0': it decides what state nadamw keeps, so both must be 0 or both above 0.")]
    [InlineData(StateShaping.Presence, 1, 2, null)]
    [InlineData(StateShaping.None, 1, 2, null)]
    public void A_hyperparameter_that_shapes_the_state_must_agree_with_the_one_that_is_continued(
        StateShaping shaping, double before, double after, string? refusal)
    {
        var strategy = Strategy("nadamw");
        strategy = strategy with
        {
            Hyperparameters = [strategy.Hyperparameters[0] with { ShapesState = shaping, Minimum = 0, Maximum = 10 }],
        };
        StrategyRequest At(double value, StrategyRequest request) =>
            request with { Values = ImmutableSortedDictionary<string, ImmutableArray<double>>.Empty.Add("learningRate", [value]) };
        var errors = CandidateGenerator.Expand(
            new CandidateRequest
            {
                Strategies = [At(before, Plain("nadamw")), At(after, Going("nadamw", "nadamw-b10", .4))],
                BatchSizes = [10],
                Epochs = [20],
                Seed = 1,
            },
            Catalogue with { Strategies = [strategy] }, 1000).Errors;

        Assert.Equal(
            refusal is null ? [] : [$"candidates[1].continues.candidate is 'nadamw-b10': {refusal}"], errors.Select(e => e.ToString()));
    }

    [Fact]
    public void The_re_warm_is_the_rules_at_most_a_quarter_of_the_steps_left_or_what_was_asked_for()
    {
        // 20 epochs of 10 steps: 120 steps are left after .4 of them.
        var brief = Expand([Plain("nadamw") with { BatchSizes = [100] }, Going("sgd", "nadamw", .4)]).Candidates[1];
        Assert.Equal((30, 80), (brief.Continues!.RewarmSteps, brief.Continues.StepOf(200)));
        var own = Expand([Plain("nadamw") with { BatchSizes = [100] }, Going("sgd", "nadamw", .4, rewarm: 7)]).Candidates[1];
        Assert.Equal(7, own.Continues!.RewarmSteps);
        var divided = Expand([Plain("sgd"), Going("nadamw", "sgd", .5)]).Candidates[1];
        Assert.Equal(200, divided.Continues!.RewarmSteps);
    }

    [Fact]
    public void Shares_are_crossed_and_the_order_of_the_list_does_not_matter()
    {
        var expansion = Expand([Going("sgd", "nadamw-b10", .2, .6), Plain("nadamw")]);
        Assert.Empty(expansion.Errors);
        Assert.Equal(
            ["nadamw-b10", "sgd-b10-after0.2-nadamw-b10", "sgd-b10-after0.6-nadamw-b10"], expansion.Candidates.Select(c => c.Name));
    }

    [Fact]
    public void Chains_are_made_link_by_link()
    {
        var expansion = Expand([Going("nadamw", "sgd-b10-after0.2-nadamw-b10", .7), Going("sgd", "nadamw", .2), Plain("nadamw")]);
        Assert.Empty(expansion.Errors);
        Assert.Equal(["nadamw-b10", "sgd-b10-after0.2-nadamw-b10", "nadamw-b10-after0.7-sgd-b10-after0.2-nadamw-b10"],
            expansion.Candidates.Select(c => c.Name));
        Assert.Equal(ContinuationKind.BoundaryOnly, expansion.Candidates[2].Continues!.Kind);
    }

    [Theory]
    [InlineData("nadamw", 20, true)]
    [InlineData("nadamw", null, true)]
    [InlineData("adamw", 20, false)]
    public void Only_the_same_run_in_other_micro_batches_keeps_its_course(string strategy, int? microBatch, bool keeps)
    {
        var child = Expand([
            Plain("nadamw") with { BatchSizes = [100] },
            Going(strategy, "nadamw", .5) with { Modifiers = new() { MicroBatch = [microBatch] } }]).Candidates[1];
        Assert.Equal(keeps, child.Continues!.KeepsCourse);
        Assert.Equal(ContinuationKind.Exact, child.Continues.Kind);
        var bf16 = Expand([
            Plain("nadamw"), Going("nadamw", "nadamw", .5) with { Modifiers = new() { Precision = ["bf16"] } }]).Candidates[1];
        Assert.False(bf16.Continues!.KeepsCourse);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_the_value_and_the_rule()
    {
        string[] Errors(params StrategyRequest[] requests) => [.. Expand([.. requests]).Errors.Select(e => e.ToString())];
        Assert.Equal(
            [
                "candidates[1].continues.candidate is 'adam': it must be a candidate of the job, or a strategy with candidates that begin "
                + "at the initial weights, and not continue this one itself; there are nadamw-b10."],
            Errors(Plain("nadamw"), Going("sgd", "adam", .4)));
        // Itself, and in a circle.
        Assert.Contains(
            "not continue this one itself", Assert.Single(Errors(Plain("nadamw"), Going("sgd", "sgd", .4))), StringComparison.Ordinal);
        Assert.Equal(2, Errors(Plain("nadamw"), Going("sgd", "adamw", .4), Going("adamw", "sgd", .6)).Length);
        Assert.Equal([
            "candidates[1].continues.candidate is 'sgd-b10': adamw has no rule to go on from a checkpoint of sgd; it goes on from adamw, "
            + "nadamw."], Errors(Plain("sgd"), Going("adamw", "sgd-b10", .4)));
        Assert.Equal(
            ["candidates[1].continues.candidate is 'nadamw': a run of batch size 50 must continue one of the same batch size; it has 10."],
            Errors(Plain("nadamw"), Going("sgd", "nadamw", .4) with { BatchSizes = [50] }));
        Assert.Equal(["candidates[2].continues.after is '0.2': it must lie after 0.4, where sgd-b10-after0.4-nadamw-b10 itself begins."],
            Errors(Plain("nadamw"), Going("sgd", "nadamw", .4), Going("nadamw", "sgd-b10-after0.4-nadamw-b10", .2)));
        Assert.Equal(
            ["candidates[1].continues.after is '1': it must be a share of the run above 0 and below 1.",
                "candidates[1].continues.rewarm is '-1': it must be a number of steps of at least 0."],
            Errors(Plain("nadamw"), Going("sgd", "nadamw", 1.0, rewarm: -1)));
        var one = "sgd-b10-after0.1-nadamw-b10";
        var two = $"nadamw-b10-after0.2-{one}";
        var three = $"sgd-b10-after0.3-{two}";
        Assert.Equal([$"candidates[4].continues.candidate is '{three}': at most 3 candidates in a row may continue each other."],
            Errors(
                Plain("nadamw"), Going("sgd", "nadamw", .1), Going("nadamw", one, .2), Going("sgd", two, .3), Going("nadamw", three, .4)));
    }

    private static StrategyRequest Plain(string strategy) => new() { Strategy = strategy };

    private static StrategyRequest Going(string strategy, string from, params double[] after) =>
        new() { Strategy = strategy, Continues = new() { Candidate = from, After = [.. after] } };

    private static StrategyRequest Going(string strategy, string from, double after, long rewarm) =>
        new() { Strategy = strategy, Continues = new() { Candidate = from, After = [after], RewarmSteps = rewarm } };

    private static CandidateExpansion Expand(ImmutableArray<StrategyRequest> strategies) =>
        CandidateGenerator.Expand(
            new CandidateRequest { Strategies = strategies, BatchSizes = [10], Epochs = [20], Seed = 1 }, Catalogue, 1000);

    private static StrategyDescription Strategy(string name, params ContinuationRule[] rules) => new()
    {
        Name = name,
        Summary = name,
        Source = "test",
        Hyperparameters = [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .01, Minimum = 1e-3,
                Maximum = 1, Scale = HyperparameterScale.Logarithmic, Summary = "rate",
            }],
        BaseBatchSize = 10,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Capabilities = new StrategyCapabilities(),
        Continuations = [.. rules],
    };
}
