using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>Negative log-likelihood, calibration error and averaged predictions against values worked out by hand.</summary>
[Collection("libtorch")]
public class CalibrationMetricTests
{
    // Three examples of confidence .9 (one wrong) fall into the bin (13/15, 14/15], two of .62 (both right) into (9/15, 10/15].
    private static readonly double[,] probabilities = { { .9, .1 }, { .1, .9 }, { .9, .1 }, { .62, .38 }, { .38, .62 } };
    private static readonly long[] labels = [0, 1, 1, 0, 1];

    [Fact]
    public void The_negative_log_likelihood_is_the_mean_over_all_batches() =>
        Assert.Equal(-((2 * Math.Log(.9)) + Math.Log(.1) + (2 * Math.Log(.62))) / 5, Value("nll"), 12);

    [Fact]
    public void The_calibration_error_adds_up_the_gaps_of_a_bin_before_their_size_counts()
    {
        // (1-.9) + (1-.9) + (0-.9) = -.7 in the one bin and 2 (1-.62) = .76 in the other.
        Assert.Equal((.7 + .76) / 5, Value("ece"), 12);
    }

    [Fact]
    public void Accuracy_counts_the_right_ones() => Assert.Equal(.8, Value("accuracy"), 12);

    [Theory]
    [InlineData(.6, 10)] // on the border of two bins: it belongs to the lower one
    [InlineData(1, 15)]
    public void A_bin_includes_its_upper_border(double confidence, int bin)
    {
        using var scope = NewDisposeScope();
        var other = bin == 15 ? .99 : confidence - .01;
        var output = tensor(new[,] { { confidence, 1 - confidence }, { other, 1 - other } }).log();
        var sums = Named("ece").Sum(output, zeros(2, int64));

        // One bin alone holds both gaps.
        Assert.Single(sums.data<double>(), sum => sum != 0);
        Assert.Equal(2 - confidence - other, sums.sum().ToDouble(), 6);
    }

    [Fact]
    public void A_posterior_is_judged_by_the_mean_of_its_predictions()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var workload = new FashionMnistMlp();
        using var _ = workload.Load(
            new WorkloadSetup
            {
                Options = new Dictionary<string, string> { ["dataset"] = "synthetic", ["metric"] = "nll" },
                DataDirectory = "",
            });
        using var model = nn.Linear(1, 2, hasBias: false, dtype: ScalarType.Float64);
        using var examples = new TensorExamples(ones(1, 1, dtype: float64), zeros(1, int64));
        using var posterior = new Draws(model, [[.9, .1], [.3, .7]]);

        // The mean prediction for the label is (.9 + .3)/2; the mean of the two likelihoods' logarithms would give .518.
        Assert.Equal(-Math.Log(.6), Evaluation.Mean(workload, model, examples, CPU, posterior), 12);
    }

    private static double Value(string metric)
    {
        using var scope = NewDisposeScope();
        var chosen = Named(metric);
        var (output, target) = (tensor(probabilities).log(), tensor(labels));
        var sums = chosen.Sum(output.narrow(0, 0, 2), target.narrow(0, 0, 2))
            .to(float64) + chosen.Sum(output.narrow(0, 2, 3), target.narrow(0, 2, 3));
        return ClassificationMetric.Value(sums, labels.Length);
    }

    private static ClassificationMetric Named(string metric) =>
        ClassificationMetric.FromOptions(new Dictionary<string, string> { ["metric"] = metric });

    /// <summary>A posterior of given predictions, for a model whose weights are the logits.</summary>
    private sealed class Draws(TorchSharp.Modules.Linear model, double[][] predictions) : Stepper
    {
        public override int PredictiveSamples => predictions.Length;

        public override IDisposable SampleWeights(int index)
        {
            model.weight!.copy_(tensor(predictions[index]).log().unsqueeze(1));
            return this;
        }

        protected override Tensor StepCore(Batch batch) => throw new NotSupportedException();

        protected override void SaveCore(StateDictionary state) { }

        protected override void LoadCore(StateDictionary state) { }
    }
}
