using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Tests;

/// <summary>A trial that begins with another one's checkpoint.</summary>
public sealed class ContinuationTests : TrainingTest
{
    private const long At = 100;

    private string BranchPath => Path.Combine(Folder, "branches", "t02.safetensors");

    [Fact]
    public void An_exact_continuation_is_the_run_it_came_from_bit_by_bit()
    {
        var (parent, whole) = Parent();
        var child = new Recorder();
        using var trainer = NewTrainer();
        var report = trainer.Train(Child(200, ContinuationKind.Exact), child);
        Assert.Equal((SegmentEnd.BudgetReached, 200L), (report.End, report.Step));
        Assert.Equal(CurveOf(whole).Where(p => p.Item1 > At), CurveOf(child));
        // The guard is all that the child keeps beside what its predecessor does.
        Assert.Equal(StateOf(parent),
            string.Join("\n", StateOf(report.Checkpoint!).Split('\n').Where(l => !l.StartsWith("trial.guard", StringComparison.Ordinal))));
    }

    [Fact]
    public void Writing_the_checkpoint_for_a_successor_does_not_change_the_run()
    {
        var (with, _) = Parent();
        using var trainer = NewTrainer();
        Assert.Equal(StateOf(with), StateOf(trainer.Train(Assignment(200, trial: "t09"), new Recorder()).Checkpoint!));
    }

    [Fact]
    public void A_run_tells_its_own_checkpoint_where_it_leaves_one_for_another_and_trains_on()
    {
        var recorder = new Recorder();
        using var trainer = NewTrainer();
        var report = trainer.Train(Assignment(200) with { Branches = [new Branch(At, BranchPath)] }, recorder);
        Assert.Equal((SegmentEnd.BudgetReached, 200L), (report.End, report.Step));
        Assert.Equal([At, 200L], recorder.Checkpoints.Select(c => c.Step));
        Assert.True(File.Exists(BranchPath));
    }

    [Fact]
    public void A_continuation_resumes_bit_identically_from_its_own_checkpoint()
    {
        Parent();
        using var trainer = NewTrainer();
        var whole = trainer.Train(Child(200, ContinuationKind.BoundaryOnly, rewarm: 30, strategy: "other-sgd"), new Recorder());
        using var other = NewTrainer();
        var half = other.Train(Child(130, ContinuationKind.BoundaryOnly, rewarm: 30, strategy: "other-sgd", trial: "t03"), new Recorder());
        using var third = NewTrainer();
        var rest = Child(200, ContinuationKind.BoundaryOnly, rewarm: 30, strategy: "other-sgd", trial: "t03");
        var resumed = third.Train(rest with { From = half.Checkpoint, Predecessor = null }, new Recorder());
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(resumed.Checkpoint!));
        Assert.True(File.Exists(BranchPath));
    }

    [Fact]
    public void The_learning_rate_rises_anew_after_a_switch()
    {
        var task = new TrainingTask
        {
            Model = null!,
            Loss = null!,
            Candidate = Child(200, ContinuationKind.BoundaryOnly, rewarm: 50).Candidate with
            {
                Schedule = new() { Kind = ScheduleKind.Constant, HorizonEpochs = 10, WarmupFraction = 0 },
            },
            HorizonSteps = 200,
            Strategy = new PlainSgd().Description,
        };
        Assert.Equal(.05 / 50, task.LearningRate(At), 12);
        Assert.Equal(.05 / 2, task.LearningRate(At + 24), 12);
        Assert.Equal(.05, task.LearningRate(At + 49), 12);
        Assert.Equal(.05, task.LearningRate(199), 12);
    }

    [Fact]
    public void A_switch_whose_loss_leaves_the_band_of_before_is_rolled_back()
    {
        Parent();
        using var trainer = NewTrainer();
        var report = trainer.Train(Child(200, ContinuationKind.Exact, learningRate: 30), new Recorder());
        Assert.Equal(SegmentEnd.Diverged, report.End);
        Assert.Contains("Rolled back", report.Reason, StringComparison.Ordinal);
        Assert.InRange(report.Step, At + 1, At + 60);
        Assert.True(File.Exists(BranchPath));
    }

    [Fact]
    public void Primal_averaging_is_left_by_its_average()
    {
        var parent = Assignment(At, trial: "t01");
        parent = parent with
        {
            Candidate = parent.Candidate with { Modifiers = new() { Averaging = WeightAveraging.Gpa } },
            Branches = [new Branch(At, BranchPath)],
        };
        using var trainer = NewTrainer();
        var before = new Recorder();
        trainer.Train(parent, before);
        // Without a learning rate the first value measured after the switch is that of the weights taken over.
        var child = Child(At + 20, ContinuationKind.Exact, learningRate: 1e-9) with { Predecessor = parent.Candidate };
        var after = new Recorder();
        trainer.Train(child, after);
        Assert.NotEqual(before.Points[^1].Value, before.Points[^1].AveragedValue);
        Assert.Equal(before.Points[^1].AveragedValue!.Value, after.Points[0].Value, .03);
    }

    [Fact]
    public void A_strategy_without_a_rule_for_the_other_one_is_refused()
    {
        Parent();
        using var trainer = NewTrainer();
        var report = trainer.Train(
            Child(200, ContinuationKind.Exact) with { Predecessor = Assignment(1).Candidate with { Strategy = "unknown" } },
            new Recorder());
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("no rule to go on from a checkpoint of unknown", report.Reason, StringComparison.Ordinal);
    }

    private static new SegmentTrainer NewTrainer() =>
        new(new StrategyCatalogue([new PlainSgd(), new OtherSgd()]), new WorkloadCatalogue(() => new Spiral()), "/nonexistent",
            TorchSharp.torch.CPU);

    private (Checkpoint End, Recorder Curve) Parent()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        var report = trainer.Train(Assignment(200) with { Branches = [new Branch(At, BranchPath)] }, recorder);
        return (report.Checkpoint!, recorder);
    }

    private SegmentAssignment Child(
        long until, ContinuationKind kind, long rewarm = 0, double learningRate = .05, string strategy = "plain-sgd", string trial = "t02")
    {
        var assignment = Assignment(
            until, new Checkpoint { Uri = BranchPath, Step = At, Bytes = 0 }, learningRate: learningRate, trial: trial);
        return assignment with
        {
            Predecessor = Assignment(until).Candidate,
            Candidate = assignment.Candidate with
            {
                Strategy = strategy,
                Continues = new() { Candidate = "sgd-t01", At = .5, Kind = kind, RewarmSteps = rewarm },
            },
        };
    }

    private sealed class OtherSgd : TrainingStrategy
    {
        private readonly PlainSgd inner = new();

        public override StrategyDescription Description =>
            inner.Description with { Name = "other-sgd", Continuations = [new() { Kind = ContinuationKind.BoundaryOnly }] };

        public override Stepper Start(TrainingTask task) => inner.Start(task);
    }
}
