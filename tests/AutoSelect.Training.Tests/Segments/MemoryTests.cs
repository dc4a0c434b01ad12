using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class MemoryTests : TrainingTest
{
    [Fact]
    public void The_number_of_live_tensors_stays_the_same_over_steps_evaluations_and_checkpoints()
    {
        var counts = new List<long>();
        // Once, after the beginning: what others and the beginning itself have left to the collector would go away at any moment.
        var recorder = new Recorder { WhenPoint = _ => counts.Add(counts.Count == 2 ? LiveTensors.Count() : Tensor.TotalCount) };
        using var trainer = NewTrainer();
        trainer.Train(Assignment(200, checkpointEvery: 0), recorder);
        Assert.True(counts.Count > 10);
        Assert.Single(counts.Skip(2).Distinct());
    }

    [Fact]
    public void A_disposed_trainer_leaves_no_tensor_behind()
    {
        // TorchSharp counts the tensors that parameters are made of for ever, though their memory is handed on.
        var start = LiveTensors.Count();
        new Spiral().CreateModel(new WorkloadSetup { Options = new Dictionary<string, string>(), DataDirectory = "" }).Dispose();
        var before = LiveTensors.Count();
        var perModel = before - start;
        for (var i = 0; i < 2; i++)
        {
            using var trainer = NewTrainer();
            var report = trainer.Train(Assignment(30, trial: $"t{i}"), new Recorder());
            trainer.Train(Assignment(30, trial: "t9", learningRate: 1e30), new Recorder());
            trainer.Export(Assignment(30, report.Checkpoint, trial: $"t{i}"), Path.Combine(Folder, "final.safetensors"));
        }
        Assert.Equal(before + (6 * perModel), LiveTensors.Count());
    }
}
