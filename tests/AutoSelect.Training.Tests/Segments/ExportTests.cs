using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class ExportTests : TrainingTest
{
    [Fact]
    public void The_exported_weights_give_the_value_that_is_told_and_the_run_goes_on_undisturbed()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        var half = trainer.Train(Assignment(100), recorder);
        var path = Path.Combine(Folder, "final.safetensors");
        var final = trainer.Export(Assignment(100, half.Checkpoint), path);
        Assert.Equal(recorder.Points[^1].Step, half.Step);
        Assert.Equal(recorder.Points[^1].Deliverable(Direction.Maximize), final.Value);
        Assert.NotNull(final.TestValue);

        using (var scope = NewDisposeScope())
        {
            var state = SafetensorsReader.Read(path);
            var model = new Spiral().CreateModel(new WorkloadSetup { Options = new Dictionary<string, string>(), DataDirectory = "" });
            Assert.Equal(model.state_dict().Keys.Order(), state.Tensors.Keys.Order());
            foreach (var (name, tensor) in model.state_dict()) state.CopyTo(name, tensor);
            using var data = new Spiral().Load(new WorkloadSetup { Options = new Dictionary<string, string>(), DataDirectory = "" });
            model.eval();
            using var off = no_grad();
            Assert.Equal(final.Value, Evaluation.Mean(new Spiral(), model, data.Validation, CPU));
            Assert.Equal(final.TestValue, Evaluation.Mean(new Spiral(), model, data.Test!, CPU));
        }

        var resumed = trainer.Train(Assignment(200, half.Checkpoint), new Recorder());
        var whole = trainer.Train(Assignment(200, trial: "t02"), new Recorder());
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(resumed.Checkpoint!));
    }

    [Fact]
    public void Exporting_from_memory_and_from_the_checkpoint_gives_the_same_file()
    {
        using var trainer = NewTrainer();
        var half = trainer.Train(Assignment(100), new Recorder());
        var (warm, cold) = (Path.Combine(Folder, "warm.safetensors"), Path.Combine(Folder, "cold.safetensors"));
        var a = trainer.Export(Assignment(100, half.Checkpoint), warm);
        using var other = NewTrainer();
        var b = other.Export(Assignment(100, half.Checkpoint), cold);
        Assert.Equal(File.ReadAllBytes(warm), File.ReadAllBytes(cold));
        Assert.Equal(a with { Uri = "" }, b with { Uri = "" });
    }

    [Fact]
    public void An_export_that_cannot_be_written_says_so()
    {
        using var trainer = NewTrainer();
        var half = trainer.Train(Assignment(10), new Recorder());
        File.WriteAllText(Path.Combine(Folder, "file"), "");
        Assert.Throws<CheckpointException>(
            () => trainer.Export(Assignment(10, half.Checkpoint), Path.Combine(Folder, "file", "final.safetensors")));
    }
}
