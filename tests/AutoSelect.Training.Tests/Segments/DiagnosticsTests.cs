using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests;

public sealed class DiagnosticsTests : TrainingTest
{
    [Fact]
    public void Every_point_carries_the_figures_of_its_step_through_the_record()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        trainer.Train(Assignment(untilStep: 40), recorder);

        Assert.NotEmpty(recorder.Points);
        Assert.All(recorder.Points, point =>
        {
            var stored = JsonSerializer.Deserialize<CurvePoint>(JsonSerializer.Serialize(point, RecordJson.Options), RecordJson.Options)!;
            Assert.Equal(point.Step, Assert.Single(stored.Diagnostics!, figure => figure.Key == "steps").Value);
        });
    }
}
