using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests;

/// <summary>Whole runs under every modifier: they learn, and go on after a checkpoint as if nothing had happened.</summary>
public sealed class ModifiedRunTests : TrainingTest
{
    public static TheoryData<string, Modifiers, string> All => new()
    {
        { "microBatch", new Modifiers { MicroBatch = 8 }, "fp32" },
        { "clip", new Modifiers { ClipNorm = .1 }, "fp32" },
        { "off", new Modifiers { Averaging = WeightAveraging.Off }, "fp32" },
        { "gpa", new Modifiers { Averaging = WeightAveraging.Gpa }, "fp32" },
        { "cautious", new Modifiers { Cautious = true }, "fp32" },
        { "mixup", new Modifiers { MixupAlpha = .3 }, "fp32" },
        { "labels", new Modifiers { LabelSmoothing = .1 }, "fp32" },
        { "perturbation", new Modifiers { PerturbationSigma = .05 }, "fp32" },
        { "sam", new Modifiers { SamRho = .05 }, "fp32" },
        { "bf16", new Modifiers(), "bf16" },
        {
            "all",
            new Modifiers
            {
                MicroBatch = 12, ClipNorm = 1, Averaging = WeightAveraging.Gpa, Cautious = true,
                MixupAlpha = .3, LabelSmoothing = .1, PerturbationSigma = .02, SamRho = .02,
            },
            "bf16"
        },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void A_run_resumed_in_a_new_trainer_is_bit_identical_and_differs_from_the_one_without_the_modifier(
        string name, Modifiers modifiers, string precision)
    {
        SegmentAssignment Until(long until, Checkpoint? from, string trial) =>
            With(Assignment(until, from, trial: trial), modifiers, precision, plain: modifiers.MicroBatch is not null);
        var whole = new Recorder();
        using var trainer = NewTrainer();
        var report = trainer.Train(Until(200, null, "t01"), whole);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        var expected = StateOf(report.Checkpoint!);

        var curve = new Recorder();
        Checkpoint? checkpoint = null;
        foreach (var until in new long[] { 7, 93, 200 })
        {
            using var other = NewTrainer();
            checkpoint = other.Train(Until(until, checkpoint, "t02"), curve).Checkpoint;
        }
        Assert.Equal(expected, StateOf(checkpoint!));
        Assert.Equal(CurveOf(whole), CurveOf(curve));

        var plain = new Recorder();
        trainer.Train(With(Assignment(200, trial: "t03"), new Modifiers(), "fp32", plain: modifiers.MicroBatch is not null), plain);
        Assert.NotEqual(CurveOf(plain), CurveOf(whole));
        if (name == "off") Assert.All(whole.Points, p => Assert.Null(p.AveragedValue));
        else Assert.Contains(whole.Points, p => p.AveragedValue is not null);
        Assert.True(whole.Points[^1].Deliverable(Direction.Maximize) > .6,
            $"accuracy {whole.Points[^1].Deliverable(Direction.Maximize)} under {name}");
    }

    [Fact]
    public void What_cannot_be_done_fails_the_trial_with_its_rule()
    {
        using var trainer = NewTrainer();
        var report = trainer.Train(With(Assignment(10), new Modifiers { MicroBatch = 8 }, "fp32", plain: false), new Recorder());
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("BatchNorm", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Micro_batches_leave_the_run_as_it_is_up_to_rounding()
    {
        using var trainer = NewTrainer();
        var (whole, parts) = (new Recorder(), new Recorder());
        trainer.Train(With(Assignment(40, trial: "t01"), new Modifiers(), "fp32", plain: true), whole);
        trainer.Train(With(Assignment(40, trial: "t02"), new Modifiers { MicroBatch = 10 }, "fp32", plain: true), parts);
        foreach (var (a, b) in whole.Points.Zip(parts.Points)) Assert.Equal(a.TrainingLoss, b.TrainingLoss, 1e-4);
    }

    private static SegmentAssignment With(SegmentAssignment assignment, Modifiers modifiers, string precision, bool plain) =>
        assignment with
        {
            Candidate = assignment.Candidate with { Modifiers = modifiers, Precision = precision },
            Workload = assignment.Workload with
            {
                Options = plain ? ImmutableSortedDictionary<string, string>.Empty.Add("layers", "plain")
                    : ImmutableSortedDictionary<string, string>.Empty,
            },
        };
}
