using System.Collections.Immutable;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>Segments that several ranks train, each a thread with a trainer of its own.</summary>
public abstract class RankedTrainingTest : TrainingTest
{
    internal sealed record Trained(SegmentReport Report, Recorder Recorder);

    /// <summary>A model without BatchNorm and dropout, whose gradient is the mean of its parts'.</summary>
    protected SegmentAssignment Shared(
        long untilStep, string communication, int ranks = 2, Checkpoint? from = null, string trial = "t01",
        ExchangePlan? plan = null, Modifiers? modifiers = null, double checkpointEvery = double.PositiveInfinity)
    {
        var assignment = Assignment(untilStep, from, trial: trial, checkpointEvery: checkpointEvery, token: 1 + (from?.Step ?? 0));
        return assignment with
        {
            Candidate = assignment.Candidate with
            {
                Ranks = communication == "none" ? 1 : Math.Max(2, ranks),
                Communication = communication,
                Modifiers = modifiers ?? new(),
            },
            Workload = assignment.Workload with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("layers", "plain") },
            Placement = ranks == 1 ? null
                : new RankPlacement { Token = Guid.Empty, Generation = 1, Rank = 0, Size = ranks, Plan = plan ?? new() },
        };
    }

    /// <param name="over">Trains over other collectives than the ranks come with; null for those.</param>
    internal static Trained[] TrainTogether(
        SegmentAssignment assignment, GroupOptions? options = null, Func<int, Recorder>? recorders = null,
        Func<TrainingRanks, Func<TrainingRanks, Trained>, Trained>? over = null)
    {
        Trained Train(TrainingRanks ranks)
        {
            using var trainer = NewTrainer();
            var recorder = recorders?.Invoke(ranks.Rank) ?? new Recorder();
            return new Trained(
                trainer.Train(assignment with { Placement = assignment.Placement! with { Rank = ranks.Rank } }, recorder, ranks), recorder);
        }
        return RankThreads.Run(assignment.Placement!.Size, ranks => over is null ? Train(ranks) : over(ranks, Train), options);
    }

    internal static Trained TrainAlone(SegmentAssignment assignment)
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        return new(trainer.Train(assignment, recorder), recorder);
    }

    /// <summary>
    /// All bytes of a checkpoint but the accounts and libtorch's generator, which is this process's and so shared by ranks that are
    /// threads.
    /// </summary>
    internal static string RankedStateOf(Checkpoint checkpoint) =>
        string.Join('\n', StateOf(checkpoint).Split('\n').Where(line => !line.StartsWith("generator ", StringComparison.Ordinal)));

    /// <summary>The model's weights in a checkpoint, one after another.</summary>
    internal static float[] WeightsOf(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        return [.. SafetensorsReader.Read(checkpoint.Uri).Tensors.Where(t => t.Key.StartsWith("model.", StringComparison.Ordinal))
            .SelectMany(t => t.Value.to(ScalarType.Float32).data<float>().ToArray())];
    }

    /// <summary>Largest difference between two models' weights.</summary>
    internal static double Apart(Checkpoint a, Checkpoint b) => WeightsOf(a).Zip(WeightsOf(b), (x, y) => Math.Abs(x - y)).Max();
}
