using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>
/// Every strategy on a TorchScript module that PyTorch wrote: it trains, resumes bit-identically and exports, or refuses clearly.
/// </summary>
public sealed class TorchScriptTests : IDisposable
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "TorchScript");

    private readonly string folder = Directory.CreateTempSubdirectory("autoselect-torchscript").FullName;

    [Theory]
    [MemberData(nameof(Samples.Names), MemberType = typeof(Samples))]
    public void It_trains_resumes_and_exports_a_script_or_refuses_it(string name)
    {
        var strategy = Samples.All[name];
        if (!strategy.Description.Capabilities.TrainsTorchScript)
        {
            var (refused, _) = Train(strategy, 10, null, "t01");
            Assert.Equal(SegmentEnd.Failed, refused.End);
            Assert.Contains("TorchScript", refused.Reason);
            return;
        }
        var (whole, value) = Train(strategy, 60, null, "t01");
        var (half, _) = Train(strategy, 23, null, "t02");
        var (resumed, resumedValue) = Train(strategy, 60, half.Checkpoint, "t02");
        Assert.Equal(value, resumedValue);
        Assert.True(value > .6, $"accuracy {value} after 60 steps");
        var (one, other) = (Export(strategy, whole), Export(strategy, resumed));
        Assert.Equal(File.ReadAllBytes(one.Uri), File.ReadAllBytes(other.Uri));
        Assert.True(File.Exists(Path.ChangeExtension(one.Uri, ".pt")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private (SegmentReport Report, double Value) Train(TrainingStrategy strategy, long until, Checkpoint? from, string trial)
    {
        using var trainer = Trainer(strategy);
        var observer = new LastValue();
        return (trainer.Train(Assignment(strategy, until, from, trial), observer), observer.Value);
    }

    private FinalWeights Export(TrainingStrategy strategy, SegmentReport report)
    {
        using var trainer = Trainer(strategy);
        return trainer.Export(Assignment(strategy, 60, report.Checkpoint, "t03"), Path.Combine(folder, $"{Guid.NewGuid():N}.safetensors"));
    }

    private SegmentTrainer Trainer(TrainingStrategy strategy) =>
        new(new StrategyCatalogue([strategy]), new WorkloadCatalogue(), folder, CPU);

    private SegmentAssignment Assignment(TrainingStrategy strategy, long until, Checkpoint? from, string trial) => new()
    {
        Job = new("job"),
        Trial = new(trial),
        LeaseToken = 1,
        Candidate = new Candidate
        {
            Name = strategy.Description.Name,
            Strategy = strategy.Description.Name,
            BatchSize = 32,
            Schedule = new LearningRateSchedule { Kind = strategy.Description.Schedule, HorizonEpochs = 6 },
            Seed = 5,
        },
        Workload = new()
        {
            Name = "torchscript",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("model", Path.Combine(Files, "spirals.pt"))
                .Add("data", Path.Combine(Files, "spirals.npz")),
        },
        Evaluation = new(),
        From = from,
        UntilStep = until,
        CheckpointEverySeconds = double.PositiveInfinity,
        Folder = Path.Combine(folder, trial),
        HorizonSteps = 60,
        Direction = Direction.Maximize,
        Rung = 0,
    };

    private sealed class LastValue : ISegmentObserver
    {
        public double Value { get; private set; }

        public SegmentOrder Order => SegmentOrder.Continue;

        public long StoredCheckpointStep => long.MaxValue;

        public void OnPoint(CurvePoint point) => Value = point.Deliverable(Direction.Maximize);

        public void OnCheckpoint(Checkpoint checkpoint) { }

        public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
    }
}
