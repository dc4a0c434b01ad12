using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Selection.Tests;

/// <summary>Candidates are called by what sets them apart.</summary>
public sealed partial class CandidateNameTests
{
    private static readonly Catalogue Catalogue = new()
    {
        Strategies =
        [
            Strategy("sgd", Hyperparameter("weightDecay", 5e-4), Hyperparameter("learningRate", .1), Hyperparameter("momentum", .9)),
            Strategy("kfac", Hyperparameter("learningRate", .1), Hyperparameter("damping", 3e-3)) with
            {
                Continuations = [new ContinuationRule { Kind = ContinuationKind.BoundaryOnly, WarmSteps = 1 }],
            },
        ],
        Workloads = [],
        Devices = [],
    };

    [Fact]
    public void What_differs_is_in_the_name_and_the_usual_values_are_not() => Assert.Equal(
        ["sgd-b128", "sgd-b128-lr0.15", "kfac-b128", "kfac-b128-damping0.03"],
        Names(Request("sgd", ("learningRate", [.1, .15])), Request("kfac", ("damping", [3e-3, 3e-2]))));

    [Fact]
    public void Only_what_is_needed_is_in_the_name_and_the_learning_rate_first() => Assert.Equal(
        ["sgd-b128-lr0.2-wd0.001", "sgd-b128-lr0.2-wd0.01", "sgd-b128-lr0.3-wd0.001", "sgd-b128-lr0.3-wd0.01"],
        Names(Request("sgd", ("learningRate", [.2, .3]), ("weightDecay", [1e-3, 1e-2]), ("momentum", [.5]))));

    [Fact]
    public void Values_given_by_hand_are_written_out_and_near_ones_with_as_many_digits_as_tell_them_apart() => Assert.Equal(
        ["sgd-b128-lr0.125", "sgd-b128-lr0.123457", "sgd-b128-lr0.123458"],
        Names(Request("sgd", ("learningRate", [.125, .1234567, .1234581]))));

    [Fact]
    public void Points_drawn_in_several_dimensions_go_by_one_that_tells_them_apart()
    {
        var names = Names(new StrategyRequest { Strategy = "sgd", Points = 4 });
        Assert.Equal("sgd-b128", names[0]);
        Assert.All(names.Skip(1), n => Assert.Matches(@"^sgd-b128-lr[0-9.e-]+$", n));
        Assert.Equal(5, names.Distinct().Count());
    }

    [Fact]
    public void Names_do_not_depend_on_other_strategies_and_are_valid_everywhere()
    {
        StrategyRequest[] requests = [Request("sgd", ("learningRate", [1e-3, 2e-5, .5])), new() { Strategy = "kfac", Points = 12 }];
        Assert.Equal(Names(requests).AsEnumerable(), [.. Names(requests[0]), .. Names(requests[1])]);
        Assert.All(Names(requests), n => Assert.Matches(Plain(), n));
    }

    [Fact]
    public void A_schedule_of_its_own_is_told_where_nothing_else_differs() => Assert.Equal(
        ["sgd-b128", "sgd-b128-constant"], Names(Request("sgd"), Request("sgd") with { Schedule = ScheduleKind.Constant }));

    [Fact]
    public void A_candidate_is_continued_by_its_name_and_what_continues_it_goes_by_its_own_values() => Assert.Equal(
        ["sgd-b128", "sgd-b128-lr0.3", "kfac-b128-after0.5-sgd-b128-lr0.3", "kfac-b128-after0.5-sgd-b128-lr0.3-damping0.02"],
        Names(Request("sgd", ("learningRate", [.1, .3])), Request("kfac", ("damping", [3e-3, 2e-2])) with
        {
            Continues = new ContinuationRequest { Candidate = "sgd-b128-lr0.3", After = [.5] },
        }));

    private static string[] Names(params StrategyRequest[] strategies)
    {
        var expansion = CandidateGenerator.Expand(
            new CandidateRequest { Strategies = [.. strategies], BatchSizes = [128], Epochs = [3], Seed = 1 }, Catalogue, 50_000);
        Assert.Empty(expansion.Errors);
        return [.. expansion.Candidates.Select(c => c.Name)];
    }

    private static StrategyRequest Request(string strategy, params (string Name, double[] Values)[] values) => new()
    {
        Strategy = strategy,
        Values = values.ToImmutableSortedDictionary(v => v.Name, v => v.Values.ToImmutableArray()),
    };

    private static StrategyDescription Strategy(string name, params HyperparameterDescription[] hyperparameters) => new()
    {
        Name = name,
        Summary = name,
        Source = "test",
        Hyperparameters = [.. hyperparameters],
        BaseBatchSize = 128,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Capabilities = new StrategyCapabilities(),
        InDefaultSet = true,
    };

    private static HyperparameterDescription Hyperparameter(string name, double value) => new()
    {
        Name = name,
        Label = HyperparameterLabel.Nuisance,
        Default = value,
        Minimum = 1e-6,
        Maximum = 1,
        Scale = HyperparameterScale.Logarithmic,
        Summary = name,
    };

    [GeneratedRegex("^[a-z0-9.-]+$")]
    private static partial Regex Plain();
}
