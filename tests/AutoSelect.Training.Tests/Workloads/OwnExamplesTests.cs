using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>What docs/own-workloads.md lets examples do: inputs kept as bytes, and noise that is drawn when they are picked.</summary>
public sealed class OwnExamplesTests : TrainingTest
{
    [Fact]
    public void A_trial_whose_examples_are_drawn_goes_on_with_the_same_draws()
    {
        var (whole, parts) = (new Recorder(), new Recorder());
        using var one = Trainer();
        var until = one.Train(Noisy(90), whole);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (until.End, until.Reason));
        Checkpoint? checkpoint = null;
        foreach (var step in new long[] { 31, 90 })
        {
            using var another = Trainer();
            checkpoint = another.Train(Noisy(step, checkpoint, "t02"), parts).Checkpoint;
        }
        Assert.Equal(StateOf(until.Checkpoint!), StateOf(checkpoint!));
        Assert.Equal(CurveOf(whole), CurveOf(parts));
    }

    [Fact]
    public void Bytes_that_are_picked_as_numbers_can_be_blended_and_leave_no_tensors()
    {
        using var trainer = Trainer();
        var assignment = Noisy(40);
        var smoothed = new Modifiers { MixupAlpha = .4, LabelSmoothing = .1 };
        assignment = assignment with { Candidate = assignment.Candidate with { Modifiers = smoothed } };
        Assert.Equal(SegmentEnd.BudgetReached, trainer.Train(assignment, new Recorder()).End);
        using var data = new BytePoints().Load(new WorkloadSetup { Options = assignment.Workload.Options, DataDirectory = "" });
        using var indices = tensor(new long[] { 3, 0 });
        var before = LiveTensors.Count();
        using (NewDisposeScope())
        {
            var batch = data.Validation.Pick(indices);
            Assert.Equal((ScalarType.Float32, 2), (batch.Inputs.dtype, batch.Inputs.shape[0]));
        }
        Assert.Equal(before, LiveTensors.Count());
    }

    private static SegmentTrainer Trainer() =>
        new(new StrategyCatalogue([new PlainSgd()]), new WorkloadCatalogue(() => new BytePoints()), "/nonexistent", CPU);

    private SegmentAssignment Noisy(long until, Checkpoint? from = null, string trial = "t01") =>
        Assignment(until, from, trial: trial) with { Workload = new() { Name = "byte-points" } };

    private sealed class BytePoints : Workload
    {
        public override WorkloadDescription Description { get; } =
            new() { Name = "byte-points", Summary = "", Metric = "accuracy", Direction = Direction.Maximize };

        public override WorkloadData Load(WorkloadSetup setup) => new() { Training = Points(640, .1), Validation = Points(100, 0) };

        public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup) => Linear(4, 2);

        public override Tensor Loss(Tensor output, Tensor target) => functional.cross_entropy(output, target);

        public override Tensor? ClassProbabilities(Tensor targets, long classes) =>
            functional.one_hot(targets, classes).to(ScalarType.Float32);

        public override Tensor MetricSum(Tensor output, Tensor target) => output.argmax(1).eq(target).sum();

        private static ByteExamples Points(int count, double noise)
        {
            var values = new byte[4 * count];
            new Random(count).NextBytes(values);
            using var scope = NewDisposeScope();
            var inputs = tensor(values).reshape(count, 4);
            return new ByteExamples(inputs, inputs.select(1, 0).gt(127).to(ScalarType.Int64), noise);
        }
    }

    private sealed class ByteExamples(Tensor inputs, Tensor targets, double noise) : ExampleSet
    {
        private Tensor inputs = inputs.DetachFromDisposeScope();
        private Tensor targets = targets.DetachFromDisposeScope();

        public override int Count => (int)inputs.shape[0];

        public override Batch Pick(Tensor indices)
        {
            var picked = inputs.index_select(0, indices).to(ScalarType.Float32).div_(255);
            return new Batch(noise > 0 ? picked + (noise * randn_like(picked)) : picked, targets.index_select(0, indices));
        }

        public override void To(torch.Device device) =>
            (inputs, targets) = (inputs.to(device).DetachFromDisposeScope(), targets.to(device).DetachFromDisposeScope());

        protected override void Dispose(bool disposing)
        {
            inputs.Dispose();
            targets.Dispose();
        }
    }
}
