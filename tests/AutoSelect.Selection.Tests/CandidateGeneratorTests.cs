using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Selection.Tests;

public sealed class CandidateGeneratorTests
{
    private static readonly Catalogue Catalogue = new()
    {
        Strategies =
        [
            Strategy("sgd", 256, ScheduleKind.Cosine, Rate("learningRate", 0.1, 1e-3, 1, exponent: 1), Fixed("momentum", 0.9)),
            Strategy("nadamw", 128, ScheduleKind.Cosine, Rate("learningRate", 1e-3, 1e-5, 1e-1, exponent: 0.5),
                Rate("weightDecay", 0.08, 1e-3, 1)),
            Strategy("kfac", 512, ScheduleKind.Linear, Rate("learningRate", 0.1, 1e-2, 1), Whole("inverseInterval", 10, 1, 100)),
            Strategy("schedule-free-adamw", 128, ScheduleKind.Constant, Rate("learningRate", 2.5e-3, 1e-4, 1e-1)),
        ],
        Workloads = [],
        Devices = [],
    };

    [Fact]
    public void The_default_set_has_at_least_twelve_candidates_with_unique_names_and_one_seed()
    {
        var expansion = Expand(new CandidateRequest { Epochs = [3], Seed = 9 });
        Assert.Empty(expansion.Errors);
        Assert.Equal(12, expansion.Candidates.Length);
        Assert.Equal(12, expansion.Candidates.Select(c => c.Name).Distinct().Count());
        Assert.All(expansion.Candidates, c => Assert.Equal(9, c.Seed));
        Assert.Equal("sgd-b128", expansion.Candidates[0].Name);
        Assert.Equal("nadamw-b128", CandidateGenerator.Baseline(expansion.Candidates));
    }

    [Fact]
    public void Values_follow_the_batch_size()
    {
        var candidates =
            Expand(new CandidateRequest { BatchSizes = [128, 1024], Epochs = [3], Seed = 1 }).Candidates.ToDictionary(c => c.Name);
        Assert.Equal(0.1 * 0.5, candidates["sgd-b128"].Hyperparameters["learningRate"], 1e-12);
        Assert.Equal(0.1 * 4, candidates["sgd-b1024"].Hyperparameters["learningRate"], 1e-12);
        Assert.Equal(1e-3 * Math.Sqrt(8), candidates["nadamw-b1024"].Hyperparameters["learningRate"], 1e-12);
        Assert.Equal(0.9, candidates["sgd-b1024"].Hyperparameters["momentum"]);
        Assert.Equal((ScheduleKind.Linear, 3.0, 0.05), (candidates["kfac-b128"].Schedule.Kind,
            candidates["kfac-b128"].Schedule.HorizonEpochs, candidates["kfac-b128"].Schedule.WarmupFraction));
    }

    [Fact]
    public void The_rule_for_the_batch_size_ends_at_the_greatest_value_of_a_default_and_says_so()
    {
        var request = Request(new StrategyRequest { Strategy = "sgd" }) with { BatchSizes = [256, 2560, 8192] };
        var expansion = Expand(request);
        Assert.Empty(expansion.Errors);
        Assert.Equal([.1, 1, 1], expansion.Candidates.Select(c => c.Hyperparameters["learningRate"]));
        var note = Assert.Single(expansion.Notes);
        Assert.Equal("candidates[0]", note.Path);
        Assert.Equal("sgd at batch size 8192: its rule for the batch size asks for learningRate 3.2, which is held at 1, the greatest of "
            + "its range.", note.Message);
        // Below the range the rule only gets gentler, and what was given by hand is taken as it is.
        Assert.Equal(.1 / 256, Expand(request with { BatchSizes = [1] }).Candidates[0].Hyperparameters["learningRate"], 1e-12);
        var given = new StrategyRequest { Strategy = "sgd", Values = Values(("learningRate", [1])) };
        Assert.Empty(Expand(request with { Strategies = [given] }).Notes);
    }

    [Fact]
    public void Drawn_points_lie_in_their_ranges_differ_and_depend_on_the_seed_alone()
    {
        var request = new CandidateRequest { BatchSizes = [128, 1024], Epochs = [3], PointsPerStrategy = 3, Seed = 4 };
        var candidates = Expand(request).Candidates;
        Assert.Equal(4 * 2 * 4, candidates.Length);
        Assert.Equal(candidates.Select(c => c.Hyperparameters["learningRate"]),
            Expand(request).Candidates.Select(c => c.Hyperparameters["learningRate"]));
        Assert.NotEqual(
            candidates[1].Hyperparameters["learningRate"], Expand(request with { Seed = 5 }).Candidates[1].Hyperparameters["learningRate"]);
        Assert.All(candidates.Where(c => c.Name.Contains("b1024-")), c => Assert.InRange(c.Hyperparameters["learningRate"], 1e-5, 1));
        Assert.All(candidates.Where(c => c.Strategy == "kfac"),
            c => Assert.Equal(Math.Round(c.Hyperparameters["inverseInterval"]), c.Hyperparameters["inverseInterval"]));
    }

    [Fact]
    public void Values_are_crossed_and_ranges_are_drawn_from()
    {
        var crossed = Expand(Request(
            new StrategyRequest { Strategy = "sgd", Values = Values(("learningRate", [0.1, 0.2]), ("momentum", [0, 0.9])) })).Candidates;
        Assert.Equal([0.1, 0.1, 0.2, 0.2], crossed.Select(c => c.Hyperparameters["learningRate"]));
        Assert.Equal(["sgd-b256-lr0.1-momentum0", "sgd-b256", "sgd-b256-lr0.2-momentum0", "sgd-b256-lr0.2-momentum0.9"],
            crossed.Select(c => c.Name));
        var ranges = ImmutableSortedDictionary<string, SearchRange>.Empty.Add(
            "learningRate", new SearchRange(0.01, 0.04, HyperparameterScale.Logarithmic));
        var drawn = Expand(Request(new StrategyRequest { Strategy = "sgd", Ranges = ranges, Points = 5 })).Candidates;
        Assert.Equal(5, drawn.Length);
        Assert.All(drawn, c => Assert.InRange(c.Hyperparameters["learningRate"], 0.01, 0.04));
    }

    [Fact]
    public void Duplicates_are_removed()
    {
        var sgd = new StrategyRequest { Strategy = "sgd" };
        Assert.Single(Expand(Request(sgd, sgd)).Candidates);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_with_place_value_and_rule()
    {
        var errors = Expand(new CandidateRequest
        {
            Strategies =
            [
                new StrategyRequest { Strategy = "adam" },
                new StrategyRequest { Strategy = "sgd", Values = Values(("learningRate", [5]), ("lr", [1])), BatchSizes = [0] },
                new StrategyRequest
                {
                    Strategy = "kfac",
                    Values = Values(("inverseInterval", [2.5])),
                    Ranges = ImmutableSortedDictionary<string, SearchRange>.Empty.Add(
                        "learningRate", new SearchRange(1, 0.1, HyperparameterScale.Linear)),
                },
            ],
            BatchSizes = [100_000],
            Epochs = [-1],
            Seed = 1,
        }).Errors;
        Assert.Equal(
            ["batchSizes[0]", "epochs[0]", "candidates[0].strategy", "candidates[1].batchSizes[0]", "candidates[1].values.learningRate",
                "candidates[1].values.lr", "candidates[2].values.inverseInterval", "candidates[2].ranges.learningRate"],
            errors.Select(e => e.Path));
        Assert.Equal("candidates[1].values.learningRate is '5': it must be from 0.001 to 1.", errors[4].ToString());
        Assert.Contains("sgd, nadamw, kfac", errors[2].Rule);
        Assert.Equal(1, errors[4].Strategy);
    }

    [Fact]
    public void Modifiers_are_crossed_and_show_in_the_names_where_they_are_not_the_default()
    {
        var request = Request(
            new StrategyRequest { Strategy = "sgd", Modifiers = new() { ClipNorm = [null, 1], Precision = ["fp32", "bf16"] } }) with
        {
            Modifiers = new() { ClipNorm = [5], Cautious = [true] },
        };
        var candidates = Expand(request).Candidates;
        Assert.Equal(["sgd-b256-cautious", "sgd-b256-clipnorm1-cautious", "sgd-b256-bf16-cautious", "sgd-b256-bf16-clipnorm1-cautious"],
            candidates.Select(c => c.Name));
        Assert.Equal([null, 1.0, null, 1.0], candidates.Select(c => c.Modifiers.ClipNorm));
        Assert.All(candidates, c => Assert.True(c.Modifiers.Cautious));
    }

    [Fact]
    public void What_a_named_strategy_cannot_do_is_an_error_and_what_a_default_one_cannot_is_left_out()
    {
        var fragile = Strategy("fragile", 256, ScheduleKind.Constant, Rate("learningRate", .1, .01, 1)) with
        {
            Capabilities = new() { BreaksWithClipping = true, NeedsLayerCapture = true },
        };
        var catalogue = Catalogue with { Strategies = [.. Catalogue.Strategies, fragile] };
        var named = Request(new StrategyRequest { Strategy = "fragile" }) with { Modifiers = new() { ClipNorm = [1] } };
        var error = Assert.Single(CandidateGenerator.Expand(named, catalogue, 50_000).Errors);
        Assert.Contains("fragile breaks with clipping", error.Rule);
        var expansion = CandidateGenerator.Expand(named with { Strategies = [] }, catalogue, 50_000);
        Assert.Empty(expansion.Errors);
        Assert.DoesNotContain(expansion.Candidates, c => c.Strategy == "fragile");
        Assert.NotEmpty(expansion.Candidates);

        var scripted = CandidateGenerator.Expand(
            Request(new StrategyRequest { Strategy = "fragile" }), catalogue, 50_000, new WorkloadTraits { HidesLayers = true });
        Assert.Contains("TorchScript", Assert.Single(scripted.Errors).Rule);
    }

    [Fact]
    public void Low_precision_is_refused_where_it_was_measured_to_be_slow()
    {
        DeviceDescription Device(double gain) =>
            new() { Id = new("d"), Kind = DeviceKind.Cpu, Index = 0, Model = "m", Host = "h", Bf16 = new Bf16Speed(gain, gain) };
        var request = Request(new StrategyRequest { Strategy = "sgd", Modifiers = new() { Precision = ["bf16"] } });
        Assert.Empty(CandidateGenerator.Expand(request, Catalogue with { Devices = [Device(3)] }, 50_000).Errors);
        var error = Assert.Single(CandidateGenerator.Expand(request, Catalogue with { Devices = [Device(3), Device(.7)] }, 50_000).Errors);
        Assert.Contains("0.7x as fast in bf16", error.Rule);
    }

    private static CandidateExpansion Expand(CandidateRequest request) => CandidateGenerator.Expand(request, Catalogue, 50_000);

    private static CandidateRequest Request(params StrategyRequest[] strategies) =>
        new() { Strategies = [.. strategies], BatchSizes = [256], Epochs = [3], Seed = 1 };

    private static ImmutableSortedDictionary<string, ImmutableArray<double>> Values(params (string Name, double[] Values)[] values) =>
        values.ToImmutableSortedDictionary(v => v.Name, v => v.Values.ToImmutableArray());

    private static StrategyDescription Strategy(
        string name, int baseBatch, ScheduleKind schedule, params HyperparameterDescription[] hyperparameters) => new()
        {
            Name = name,
            Summary = name,
            Source = "test",
            Hyperparameters = [.. hyperparameters],
            BaseBatchSize = baseBatch,
            Schedule = schedule,
            WarmupFraction = 0.05,
            Capabilities = new StrategyCapabilities(),
            InDefaultSet = true,
        };

    private static HyperparameterDescription Rate(string name, double value, double minimum, double maximum, double exponent = 0) => new()
    {
        Name = name,
        Label = HyperparameterLabel.Nuisance,
        Default = value,
        Minimum = minimum,
        Maximum = maximum,
        Scale = HyperparameterScale.Logarithmic,
        Summary = name,
        BatchSizeExponent = exponent,
    };

    private static HyperparameterDescription Whole(string name, double value, double minimum, double maximum) =>
        Rate(name, value, minimum, maximum) with { Scale = HyperparameterScale.Integer };

    private static HyperparameterDescription Fixed(string name, double value) =>
        Rate(name, value, 0, 1) with { Label = HyperparameterLabel.Fixed, Scale = HyperparameterScale.Linear };
}
