using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads.TorchScript;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>
/// A folder of its own, a trainer of the small task, and assignments for it. All such tests run one after the other: libtorch's generator
/// is process-wide.
/// </summary>
[Collection("libtorch")]
public abstract class TrainingTest : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("autoselect-training").FullName;

    internal static SegmentTrainer NewTrainer() => new(new StrategyCatalogue([new PlainSgd()]),
        new WorkloadCatalogue(() => new Spiral(), () => new TorchScriptWorkload()), "/nonexistent", torch.CPU);

    protected SegmentAssignment Assignment(long untilStep, Checkpoint? from = null, int batchSize = 32,
        double learningRate = .05, long token = 1, string? folder = null,
        double evaluationsPerEpoch = 2, double checkpointEvery = double.PositiveInfinity,
        double? stopAt = null, string trial = "t01", long horizon = 200) => new()
        {
            Job = new("job"),
            Trial = new(trial),
            LeaseToken = token,
            Candidate = new()
            {
                Name = $"sgd-{trial}",
                Strategy = "plain-sgd",
                Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", learningRate),
                BatchSize = batchSize,
                Schedule = new() { Kind = ScheduleKind.Cosine, HorizonEpochs = 10 },
                Seed = 7,
            },
            Workload = new() { Name = "spiral" },
            Evaluation = new() { PerEpoch = evaluationsPerEpoch },
            From = from,
            UntilStep = untilStep,
            StopAtValue = stopAt,
            CheckpointEverySeconds = checkpointEvery,
            Folder = folder ?? Path.Combine(Folder, trial),
            HorizonSteps = horizon,
            Direction = Direction.Maximize,
            Rung = 0,
        };

    /// <summary>All bytes of a checkpoint except the accounts of seconds, which differ from run to run.</summary>
    internal static string StateOf(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        var state = SafetensorsReader.Read(checkpoint.Uri);
        var tensors = state.Tensors.Select(t => $"{t.Key} {t.Value.dtype} {Convert.ToHexString(t.Value.bytes)}");
        var scalars = state.Scalars.Where(s => !s.Key.EndsWith("Seconds", StringComparison.Ordinal)).Select(s => $"{s.Key} {s.Value:R}");
        return string.Join("\n", tensors.Concat(scalars));
    }

    internal static IEnumerable<(long, double, double?, double)> CurveOf(Recorder recorder) =>
        recorder.Points.Select(p => (p.Step, p.Value, p.AveragedValue, p.TrainingLoss));

    public void Dispose()
    {
        Spiral.Seen = null;
        Spiral.Fault = null;
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
