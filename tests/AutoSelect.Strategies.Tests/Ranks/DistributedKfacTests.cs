using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Tests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>K-FAC with its blocks split over ranks against K-FAC on one.</summary>
public class DistributedKfacTests
{
    private const int Steps = 26;

    private static readonly (string, double)[] stale = [("burnInSteps", 4), ("factorInterval", 2), ("inverseInterval", 6)];

    public static TheoryData<string, int, bool> Cases => new()
    {
        { "kfac", 2, false }, { "kfac", 3, true }, { "stale", 2, true }, { "background", 2, true },
        { "background", 3, false }, { "adaptive", 2, true },
        { "kfac-large-batch", 2, true }, { "noisy-kfac", 2, true },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_weights_are_those_of_one_rank_up_to_the_order_of_summation_and_equal_on_all(string kind, int ranks, bool samples)
    {
        var alone = Train(new Trainee(kind, samples), null);
        Trainee[] trainees = [.. Enumerable.Range(0, ranks).Select(_ => new Trainee(kind, samples))];

        var found = RankThreads.Run(ranks, r => Train(trainees[r.Rank], r));

        Assert.All(found, rank => Assert.Equal(found[0].Bytes, rank.Bytes));
        Assert.All(found, rank => Assert.Equal(found[0].Diagnostics, rank.Diagnostics));
        Assert.InRange(Distance(found[0].Weights, alone.Weights), 0, 1e-5);
        Assert.All(
            alone.Diagnostics, figure => Assert.Equal(figure.Value, found[0].Diagnostics[figure.Key], 1e-4 * Math.Abs(figure.Value)));
    }

    [Theory]
    [InlineData("background", 2)]
    [InlineData("background", 1)]
    [InlineData("background", 3)]
    [InlineData("adaptive", 3)]
    [InlineData("noisy-kfac", 1)]
    public void A_checkpoint_of_two_ranks_goes_on_with_any_number(string kind, int later)
    {
        const int half = 11; // an inversion is on its way here
        Trainee[] before = [.. Enumerable.Range(0, 2).Select(_ => new Trainee(kind, samples: false))];
        var whole = RankThreads.Run(2, ranks =>
        {
            var (trainee, stepper) = (before[ranks.Rank], before[ranks.Rank].Start(ranks));
            Samples.Train(stepper, step => Samples.Images(step, 36), half);
            var state = new StateDictionary();
            stepper.Save(state);
            var saved = (State: Copy(state), Weights: trainee.Model.state_dict().ToDictionary(
                entry => entry.Key, entry => entry.Value.detach().clone()));
            Samples.Train(stepper, step => Samples.Images(step, 36), Steps - half);
            stepper.Dispose();
            return (saved.State, saved.Weights, Final: Weights(trainee.Model));
        });
        Assert.Equal(whole[0].State.Scalars, whole[1].State.Scalars);
        Assert.All(
            whole[0].State.Tensors, entry => Assert.Equal(entry.Value.bytes.ToArray(), whole[1].State.Tensors[entry.Key].bytes.ToArray()));

        Trainee[] after = [.. Enumerable.Range(0, later).Select(_ => new Trainee(kind, samples: false))];
        float[] GoOn(Trainee trainee, TrainingRanks? ranks)
        {
            using var stepper = trainee.Start(ranks);
            using (no_grad())
                foreach (var (key, value) in trainee.Model.state_dict()) value.copy_(whole[0].Weights[key]);
            stepper.Load(whole[0].State);
            Samples.Train(stepper, step => Samples.Images(step, 36), Steps - half);
            return Weights(trainee.Model);
        }
        var found = later == 1 ? [GoOn(after[0], null)] : RankThreads.Run(later, ranks => GoOn(after[ranks.Rank], ranks));

        if (later == 2) Assert.All(found, weights => Assert.Equal(whole[0].Final, weights));
        else Assert.All(found, weights => Assert.InRange(Distance(weights, whole[0].Final), 0, 1e-5));
    }

    [Fact]
    public void A_layer_that_is_captured_wrongly_is_refused_on_all_ranks()
    {
        var layers = Enumerable.Range(0, 2).Select(_ => Linear(4, 4)).ToArray();
        var found = RankThreads.Run(2, ranks =>
        {
            var layer = layers[ranks.Rank];
            using var model = new KfacModelTests.Written(layer, x => layer.call(x) + functional.linear(x * x, layer.weight!));
            var task = Samples.Task(new Kfac(), model, Samples.MeanSquare, ranks: ranks);
            AveragingPass.Install(task);
            using var stepper = new Kfac().Start(task);
            return Assert.Throws<UnsupportedModelException>(() => stepper.Step(new Batch(full(8, 4, .5f), zeros(8, 4)))).Message;
        });

        Assert.All(found, message => Assert.Contains("'layer' was captured wrongly", message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_dearest_blocks_go_to_the_least_loaded_rank()
    {
        Assert.Equal([0, 1, 1, 0, 1], BlockOwners.ShareOut([7, 5, 4, 3, 3], 2)); // 10 and 12
        Assert.Equal([0, 1, 2, 2], BlockOwners.ShareOut([4, 4, 2, 1], 3));
        Assert.Equal([0], BlockOwners.ShareOut([9], 4));
    }

    [Fact]
    public void A_packed_symmetric_matrix_comes_back()
    {
        using var scope = NewDisposeScope();
        using var packing = new TrianglePacking(3, CPU);
        var (matrix, packed, back) = (tensor(new float[,] { { 1, 2, 3 }, { 2, 4, 5 }, { 3, 5, 6 } }), zeros(6), zeros(3, 3));

        packing.Pack(matrix, packed);
        packing.Unpack(packed, back);

        Assert.Equal([1f, 2, 3, 4, 5, 6], packed.data<float>().ToArray());
        Assert.Equal(matrix.data<float>().ToArray(), back.data<float>().ToArray());
    }

    private static (byte[] Bytes, float[] Weights, IReadOnlyDictionary<string, double> Diagnostics) Train(
        Trainee trainee, TrainingRanks? ranks)
    {
        using var stepper = trainee.Start(ranks);
        Samples.Train(stepper, step => Samples.Images(step, 36), Steps);
        return (Samples.Bytes(trainee.Model), Weights(trainee.Model), stepper.Diagnostics);
    }

    private static float[] Weights(Module model)
    {
        using var scope = NewDisposeScope();
        return nn.utils.parameters_to_vector(model.parameters()).detach().data<float>().ToArray();
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2)) / b.Sum(v => (double)v * v));

    private static StateDictionary Copy(StateDictionary state)
    {
        var copy = new StateDictionary();
        foreach (var (key, value) in state.Tensors) copy.Set(key, value.clone());
        foreach (var (key, value) in state.Scalars) copy.SetScalar(key, value);
        return copy;
    }

    /// <summary>
    /// A convolution, a layer norm and linear layers with a variant of K-FAC, made before the ranks' threads start, for torch has one
    /// generator a process.
    /// </summary>
    private sealed class Trainee(string kind, bool samples)
    {
        public Module<Tensor, Tensor> Model { get; } = Make();

        public Stepper Start(TrainingRanks? ranks)
        {
            TrainingStrategy strategy =
                kind switch { "noisy-kfac" => new NoisyKfac(), "kfac-large-batch" => new KfacLargeBatch(), _ => new Kfac() };
            (string, double)[] values = kind switch
            {
                "stale" => stale,
                "background" => [.. stale, ("inverseDelay", 3)],
                "adaptive" => [.. stale, ("adaptiveChange", .3)],
                // With little damping the inverses make rounding a hundred times greater.
                "kfac-large-batch" => [("factorSamples", 0), ("learningRate", .1), ("damping", .03)],
                "noisy-kfac" => stale,
                _ => [],
            };
            var generator = new Generator(7);
            Tensor Draw(Tensor output) => output.softmax(1).multinomial(1, generator: generator).squeeze(1);
            var task = Samples.Task(
                strategy, Model, Samples.CrossEntropy, 36, sampleTargets: samples ? Draw : null, ranks: ranks, hyperparameters: values);
            if (ranks is not null) AveragingPass.Install(task);
            return strategy.Start(task);
        }

        private static Module<Tensor, Tensor> Make()
        {
            torch.manual_seed(3);
            return Sequential(
                Conv2d(2, 4, 3, stride: 2, padding: 1), Tanh(), Flatten(), LayerNorm([36]), Linear(36, 8), Tanh(), Linear(8, 3));
        }
    }
}
