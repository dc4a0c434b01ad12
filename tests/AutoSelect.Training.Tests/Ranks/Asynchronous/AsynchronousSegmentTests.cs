using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>Segments whose ranks train asynchronously.</summary>
public sealed class AsynchronousSegmentTests : RankedTrainingTest
{
    [Theory]
    [InlineData("async", 2)]
    [InlineData("async-predicted", 2)]
    [InlineData("async", 4)]
    public void Steps_points_and_checkpoints_are_those_of_any_trial(string communication, int ranks)
    {
        var together = TrainTogether(Shared(120, communication, ranks));
        Assert.All(together, t => Assert.Equal((SegmentEnd.BudgetReached, 120L, ""), (t.Report.End, t.Report.Step, t.Report.Reason)));
        var alone = TrainAlone(Shared(120, "none", ranks: 1, trial: "t02"));
        Assert.Equal(alone.Recorder.Points.Select(p => p.Step), together[0].Recorder.Points.Select(p => p.Step));
        var last = together[0].Recorder.Points[^1];
        Assert.InRange(last.Value, .5, 1); // how stale gradients are is up to the threads
        var figures = last.Diagnostics!;
        // What rounds carry is up to the threads; a round has at least one gradient on average, and no more than all.
        Assert.InRange(figures["communication.gradientsPerUpdate"], 1, 120 * ranks);
        Assert.InRange(figures["communication.staleness"], 0, 120 * ranks);
        Assert.True(figures["communication.bytesPerStep"] > 0);
        Assert.True(figures["communication.roundMilliseconds"] > 0);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 4)]
    [InlineData(4, 1)]
    public void A_run_goes_on_from_its_checkpoint_on_any_number_of_ranks(int before, int after)
    {
        var first = TrainTogether(Shared(40, "async-predicted", before));
        var next = Shared(100, "async-predicted", after, from: first[0].Report.Checkpoint);
        var second = after == 1 ? [TrainAlone(next)] : TrainTogether(next);
        Assert.All(second, t => Assert.Equal((SegmentEnd.BudgetReached, 100L, ""), (t.Report.End, t.Report.Step, t.Report.Reason)));
        Assert.Equal(100, second[0].Recorder.Points[^1].Step);
        Assert.InRange(second[0].Recorder.Points[^1].Value, .5, 1);
    }

    [Fact]
    public void Weights_averages_and_buffers_of_all_ranks_are_the_same_at_rest()
    {
        torch.manual_seed(3);
        Module<Tensor, Tensor>[] models = [Network(), Network()];
        models[1].load_state_dict(models[0].state_dict());
        var found = RankThreads.Run(2, ranks =>
        {
            using var training = new ModifiedTraining(
                new PlainSgd(), Task(models[ranks.Rank], ranks, new Modifiers { ClipNorm = .5, Cautious = true }), smoothing: null);
            var states = new List<string>();
            foreach (var until in new[] { 25, 26, 60 })
            {
                while (training.Steps < until)
                {
                    using var scope = NewDisposeScope();
                    training.Step(Points(ranks.Rank, (int)training.Steps));
                }
                training.Ranks!.Flush();
                Assert.Equal(until, training.Stepper.Steps);
                states.Add(Bytes(training, models[ranks.Rank]));
            }
            return states;
        });
        Assert.Equal(found[0], found[1]);
        Assert.Equal(3, found[0].Distinct().Count());
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, .70710678)]
    [InlineData(6, 1.7320508)]
    public void The_learning_rate_follows_the_gradients_of_an_update_by_the_strategy_s_rule(int gradients, double scale) =>
        Assert.Equal(scale, SteppedWeights.Scale(gradients, ranks: 2, exponent: .5), 1e-6);

    [Theory]
    [InlineData("async-predicted")]
    [InlineData("fp32")]
    public void Ranks_train_TorchScript_modules(string communication)
    {
        var files = Path.Combine(AppContext.BaseDirectory, "Workloads", "TorchScript");
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("model", Path.Combine(files, "spirals.pt"))
            .Add("data", Path.Combine(files, "spirals.npz"));
        var together = TrainTogether(
            Shared(100, communication, plan: new() { Overlap = ExchangeOverlap.BackwardAndForward, BucketBytes = 1 }) with
            {
                Workload = new() { Name = "torchscript", Options = options },
            });
        Assert.All(together, t => Assert.Equal((SegmentEnd.BudgetReached, 100L, ""), (t.Report.End, t.Report.Step, t.Report.Reason)));
        Assert.InRange(together[0].Recorder.Points[^1].Value, .5, 1);
    }

    private static TrainingTask Task(Module<Tensor, Tensor> model, TrainingRanks ranks, Modifiers modifiers) => new()
    {
        Model = model,
        Loss = (output, target) => functional.mse_loss(output, target),
        Candidate = new()
        {
            Name = "a",
            Strategy = "plain-sgd",
            BatchSize = 16,
            Schedule = new() { Kind = ScheduleKind.Cosine, HorizonEpochs = 1 },
            Seed = 1,
            Ranks = ranks.Size,
            Communication = "async-predicted",
            Modifiers = modifiers,
        },
        HorizonSteps = 100,
        Strategy = new PlainSgd().Description,
        Ranks = ranks,
        CreateModel = Network,
    };

    private static Module<Tensor, Tensor> Network() => Sequential(Linear(3, 8), BatchNorm1d(8), Tanh(), Linear(8, 2));

    private static Batch Points(int rank, int step)
    {
        var inputs = randn([8, 3], generator: new Generator((ulong)((rank * 1000) + step)));
        return new(inputs, inputs.narrow(1, 0, 2).sin());
    }

    private static string Bytes(ModifiedTraining training, Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        var state = new StateDictionary();
        training.Average!.Save(state);
        var all = model.parameters().Select(p => (Tensor)p).Concat(model.buffers())
            .Concat(state.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value));
        return Convert.ToHexString([.. all.SelectMany(t => t.detach().bytes.ToArray())]);
    }
}
