using AutoSelect.Contracts;
using AutoSelect.Training.Data;
using static TorchSharp.torch;

namespace AutoSelect.Training.Workloads;

/// <summary>
/// Images in ten classes: cross-entropy loss, accuracy as metric, 55,000 examples for training, 5,000 for validation, 10,000 for the test.
/// </summary>
public abstract class ImageClassification : Workload
{
    /// <summary>Training examples of Fashion-MNIST and MNIST.</summary>
    protected const int DefaultTrainingExamples = 55_000;

    private ClassificationMetric metric = ClassificationMetric.FromOptions(new Dictionary<string, string>());

    public override WorkloadDescription Describe(IReadOnlyDictionary<string, string> options)
    {
        var chosen = ClassificationMetric.FromOptions(options);
        return Description with { Metric = chosen.FullName, Direction = chosen.Direction, Range = chosen.Range };
    }

    public override WorkloadData Load(WorkloadSetup setup)
    {
        metric = ClassificationMetric.FromOptions(setup.Options);
        return ImageExamples.Load(setup, pixels => (pixels.Mean, pixels.Deviation));
    }

    public override Tensor Loss(Tensor output, Tensor target) => nn.functional.cross_entropy(output, target);

    public override Tensor? SampleTargets(Tensor output) => output.softmax(1).multinomial(1).squeeze(1);

    public override Tensor? ClassProbabilities(Tensor targets, long classes) =>
        nn.functional.one_hot(targets, classes).to(ScalarType.Float32);

    public override Tensor? Probabilities(Tensor output) => output.softmax(1);

    public override Tensor FromProbabilities(Tensor probabilities) => probabilities.log();

    public override Tensor MetricSum(Tensor output, Tensor target) => metric.Sum(output, target);

    public override double Metric(Tensor sums, long examples) => ClassificationMetric.Value(sums, examples);
}
