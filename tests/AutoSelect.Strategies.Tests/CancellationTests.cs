using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>Every strategy in the segment trainer, told to end between two steps.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int Horizon = 60;

    private readonly string folder = Directory.CreateTempSubdirectory("autoselect-cancellation").FullName;

    public static TheoryData<string> Strategies => Samples.Names;

    [Theory, MemberData(nameof(Strategies))]
    public void A_run_cancelled_between_two_steps_ends_there_with_a_checkpoint_from_which_it_goes_on_bit_identically(string name)
    {
        const long done = 23;
        // The order is read before every step: at the 24th reading 23 steps are done.
        var cancelled = Train(
            name, Horizon, null, "t01", new Ordered(polls => polls > done ? SegmentOrder.Interrupt : SegmentOrder.Continue));

        Assert.Equal(SegmentEnd.Interrupted, cancelled.End);
        Assert.Equal((done, done), (cancelled.Step, cancelled.Checkpoint!.Step));

        var resumed = Train(name, Horizon, cancelled.Checkpoint, "t01", new Ordered(_ => SegmentOrder.Continue));
        var whole = Train(name, Horizon, null, "t02", new Ordered(_ => SegmentOrder.Continue));
        Assert.Equal((SegmentEnd.BudgetReached, Horizon), (resumed.End, resumed.Step));
        Assert.Equal(Weights(name, whole), Weights(name, resumed));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SegmentReport Train(string name, long until, Checkpoint? from, string trial, Ordered observer)
    {
        using var trainer = Trainer(name);
        return trainer.Train(Assignment(name, until, from, trial), observer);
    }

    private byte[] Weights(string name, SegmentReport report)
    {
        using var trainer = Trainer(name);
        return File.ReadAllBytes(trainer.Export(
            Assignment(name, Horizon, report.Checkpoint, "t03"), Path.Combine(folder, $"{Guid.NewGuid():N}.safetensors")).Uri);
    }

    private SegmentTrainer Trainer(string name) =>
        new(new StrategyCatalogue([Samples.All[name]]), new WorkloadCatalogue(() => new ImageClasses()), folder, CPU);

    private SegmentAssignment Assignment(string name, long until, Checkpoint? from, string trial) => new()
    {
        Job = new("job"),
        Trial = new(trial),
        LeaseToken = 1,
        Candidate = new Candidate
        {
            Name = name,
            Strategy = name,
            BatchSize = 32,
            Schedule = new LearningRateSchedule { Kind = Samples.All[name].Description.Schedule, HorizonEpochs = 6 },
            Seed = 5,
        },
        Workload = new()
        {
            Name = "fashion-mnist-mlp",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("dataset", "synthetic")
                .Add("examples", "400").Add("hidden", "16-16"),
        },
        Evaluation = new(),
        From = from,
        UntilStep = until,
        CheckpointEverySeconds = double.PositiveInfinity,
        Folder = Path.Combine(folder, trial),
        HorizonSteps = Horizon,
        Direction = Direction.Maximize,
        Rung = 0,
    };

    private sealed class Ordered(Func<long, SegmentOrder> orders) : ISegmentObserver
    {
        private long polls;

        public SegmentOrder Order => orders(++polls);

        public void OnPoint(CurvePoint point) { }

        public void OnCheckpoint(Checkpoint checkpoint) { }

        public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
    }
}
