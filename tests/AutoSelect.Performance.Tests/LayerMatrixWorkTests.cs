using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

/// <summary>The perceptron 784-512-256-10: 535,818 parameters, 535,040 multiply-adds.</summary>
public sealed class LayerMatrixWorkTests
{
    private static readonly WorkloadDescription Perceptron = new()
    {
        Name = "perceptron",
        Summary = "",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        ForwardMultiplyAdds = 535_040,
        ValidationExamples = 5_000,
        Layers = [Layer(512, 784), Layer(256, 512), Layer(10, 256)],
    };

    [Fact]
    public void Products_with_both_sides_are_four_and_a_half_forward_passes_of_256_examples()
    {
        var work = Work(new MatrixWork(MatrixWorkKind.Products));
        Assert.Equal(512.0 * 785 * (512 + 785) + 256.0 * 513 * (256 + 513) + 10.0 * 257 * (10 + 257), work.Fixed);
        Assert.Equal(4.55, work.Fixed / (256 * 535_040.0), .01);
        Assert.Equal(0, work.PerExample);
    }

    [Fact]
    public void Intervals_divide_and_longest_sides_leave_out()
    {
        var cubes = Math.Pow(512, 3) + Math.Pow(785, 3) + Math.Pow(256, 3) + Math.Pow(513, 3) + 1000 + Math.Pow(257, 3);
        Assert.Equal(cubes / 10, Work(new MatrixWork(MatrixWorkKind.Decompositions, Interval: "interval")).Fixed, 1e-3);
        Assert.Equal(cubes / 4, Work(new MatrixWork(MatrixWorkKind.Decompositions, Interval: "interval"), ("interval", 4)).Fixed, 1e-3);
        // The bias does not make a side of 512 too long.
        Assert.Equal(2 * (cubes - Math.Pow(785, 3)),
            Work(new MatrixWork(MatrixWorkKind.Decompositions, 2, LongestSide: "longest"), ("longest", 512)).Fixed, 1e-3);
    }

    [Fact]
    public void Work_on_examples_grows_with_the_batch_until_all_that_are_used_are_in()
    {
        double moments = 512 * 512 + 785 * 785 + 256 * 256 + 513 * 513 + 100 + 257 * 257;
        var all = Work(new MatrixWork(MatrixWorkKind.Moments, Examples: "examples"), ("examples", 0));
        Assert.Equal(0, all.Fixed);
        Assert.InRange(all.PerExample / moments, .997, 1);
        var some = Work(new MatrixWork(MatrixWorkKind.Moments, Examples: "examples"), ("examples", 64));
        Assert.Equal((64 * all.PerExample, 0), (some.Fixed, some.PerExample));
        Assert.Equal(535_040, Work(new MatrixWork(MatrixWorkKind.ForwardPasses)).PerExample);
    }

    [Fact]
    public void Inner_layers_are_all_but_the_first_and_the_last()
    {
        var inner = Work(new MatrixWork(MatrixWorkKind.Iterations, 5, InnerLayers: true));
        Assert.Equal(5 * (2 * 256.0 * 256 * 513 + Math.Pow(256, 3)), inner.Fixed);
    }

    [Fact]
    public void Vectors_are_no_matrices_and_unknown_layers_no_work()
    {
        var norm = Perceptron with { Layers = [new LayerSize(1024, 512, null)] };
        Assert.Equal(default, Question(norm, [new MatrixWork(MatrixWorkKind.Decompositions)]).MatrixWork);
        Assert.Equal(default, Question(Perceptron with { Layers = [] }, [new MatrixWork(MatrixWorkKind.Decompositions)]).MatrixWork);
    }

    [Fact]
    public void A_question_holds_all_that_is_known_of_candidate_workload_and_device()
    {
        var candidate = Candidate(256) with
        {
            Precision = "bf16",
            Modifiers = new Modifiers { SamRho = .1, MicroBatch = 100, Averaging = WeightAveraging.Off },
        };
        var question = StepTimeQuestion.ForCandidate(candidate, Strategy([]), Perceptron, DeviceKind.Cpu, new Bf16Speed(3, 2));
        Assert.Equal((535_818.0, 5_000, 1), (question.Parameters, question.EvaluationExamples, question.EvaluatedWeights));
        Assert.Equal((2, 3, 2.0), (question.Passes, question.Parts, question.PrecisionGain));
        Assert.Equal(2, StepTimeQuestion.ForCandidate(Candidate(256), Strategy([]), Perceptron, DeviceKind.Cpu).EvaluatedWeights);
    }

    [Fact]
    public void The_base_charges_passes_parts_matrices_and_both_weights_of_an_evaluation()
    {
        var plain = new StepTimeQuestion { Strategy = "sgd", BatchSize = 256, ForwardMultiplyAdds = 1e6, Parameters = 5e5 };
        double Step(StepTimeQuestion q) => RooflineBase.StepSeconds(q);
        // 1 ms + 3 · 256 · 1e6 / 2.5e10 + 4 · 5e5 · 5 / 8e9
        Assert.Equal(.001 + .03072 + .00125, Step(plain), 1e-9);
        Assert.Equal(Step(plain) + .03072 + .001, Step(plain with { Passes = 2 }), 1e-9);
        Assert.Equal(Step(plain) + .003, Step(plain with { Parts = 4 }), 1e-9);
        var worked = plain with { CapturesLayers = true, MatrixWork = new(5e8, 1e6) };
        Assert.Equal(Step(plain) + .02 + 256 * 1e6 / 2.5e10, Step(worked), 1e-9);
        // Factors and inverses stay in fp32.
        Assert.Equal(Step(worked) - .03072 / 2, Step(worked with { Precision = "bf16", PrecisionGain = 2 }), 1e-9);
        Assert.Equal(2 * RooflineBase.EvaluationSeconds(plain), RooflineBase.EvaluationSeconds(plain with { EvaluatedWeights = 2 }), 1e-12);
    }

    private static LayerSize Layer(int rows, int columns) => new(rows * (columns + 1L), rows, (double)rows * columns);

    private static LayerMatrixWork Work(MatrixWork work, params (string Name, double Value)[] values) =>
        Question(Perceptron, [work], values).MatrixWork;

    private static StepTimeQuestion Question(
        WorkloadDescription workload, ImmutableArray<MatrixWork> work, params (string Name, double Value)[] values) =>
        StepTimeQuestion.ForCandidate(
            Candidate(256) with { Hyperparameters = values.ToImmutableSortedDictionary(v => v.Name, v => v.Value) },
            Strategy(work), workload, DeviceKind.Cpu);

    private static Candidate Candidate(int batchSize) => new()
    {
        Name = "c",
        Strategy = "s",
        BatchSize = batchSize,
        Seed = 1,
        Hyperparameters = ImmutableSortedDictionary<string, double>.Empty,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
    };

    private static StrategyDescription Strategy(ImmutableArray<MatrixWork> work) => new()
    {
        Name = "s",
        Summary = "",
        Source = "",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = 0,
        Capabilities = new StrategyCapabilities { MatrixWork = work },
        Hyperparameters =
        [
            new()
            {
                Name = "interval", Label = HyperparameterLabel.Fixed, Default = 10, Minimum = 1, Maximum = 100, Summary = "",
                Scale = HyperparameterScale.Integer,
            },
        ],
    };
}
