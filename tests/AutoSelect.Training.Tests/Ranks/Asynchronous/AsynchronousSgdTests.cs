using AutoSelect.Communication;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>Asynchronous SGD on ranks that are threads.</summary>
[Collection("libtorch")] // networks are drawn from the generator of the process
public class AsynchronousSgdTests
{
    private const int Ranks = 2;

    private static readonly StaleSgdSettings settings = new() { LearningRate = _ => .02, Momentum = .5, WeightDecay = 1e-3 };

    [Theory]
    [InlineData(StalenessRepair.None)]
    [InlineData(StalenessRepair.Momentum)]
    [InlineData(StalenessRepair.LeastSquares)]
    public void No_gradient_is_lost_and_all_ranks_have_the_same_parameters_after_every_round(StalenessRepair repair)
    {
        int[] steps = [40, 25];
        Module<Tensor, Tensor>[] models = [Network(1), Network(2)]; // rank 0's is taken
        var found = RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(ranks, models[ranks.Rank], Loss, settings with { Repair = repair });
            var rounds = new List<byte[]>();
            sgd.AfterRound = (_, weights) => rounds.Add(weights.bytes.ToArray());
            sgd.Start();
            for (var step = 0; step < steps[ranks.Rank]; step++)
            {
                using var scope = NewDisposeScope();
                sgd.Step(Points(ranks.Rank, step));
            }
            sgd.Stop();
            return (Rounds: rounds, sgd.Record, sgd.Updates, Count: sgd.Rounds, Weights: Bytes(models[ranks.Rank]));
        });

        Assert.Equal(found[0].Count, found[1].Count);
        Assert.Equal(found[0].Rounds, found[1].Rounds);
        Assert.Equal(found[0].Rounds[^1], found[0].Weights);
        Assert.Equal(found[0].Weights, found[1].Weights);
        for (var rank = 0; rank < Ranks; rank++)
        {
            var record = found[rank].Record;
            Assert.Equal(steps[rank], record.OwnGradients);
            Assert.Equal(steps[rank], record.UpdatesOvertaken.Sum());
            Assert.Equal(steps[rank], record.GradientSeconds.Count);
            Assert.Equal(steps.Sum(), record.GradientsPerRound.Select((rounds, count) => rounds * count).Sum());
            Assert.Equal(found[rank].Count, record.GradientsPerRound.Sum());
            Assert.Equal(found[rank].Updates, record.GradientsPerRound.Skip(1).Sum());
            Assert.Equal(found[rank].Count, record.RoundSeconds.Count);
        }
    }

    [Fact]
    public void In_step_it_is_synchronous_SGD_bit_for_bit()
    {
        const int steps = 12;
        Module<Tensor, Tensor>[] models = [Network(1), Network(1)], plain = [Network(1), Network(1)];
        var found = RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(
                ranks, models[ranks.Rank], Loss, settings with { Repair = StalenessRepair.Momentum }, RoundPace.InStep);
            sgd.Start();
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                sgd.Step(Points(ranks.Rank, step));
            }
            sgd.Stop();
            Assert.Equal([steps], sgd.Record.Staleness);
            Synchronous(ranks, plain[ranks.Rank], steps);
            return (Asynchronous: Bytes(models[ranks.Rank]), Plain: Bytes(plain[ranks.Rank]));
        });

        Assert.All(found, weights => Assert.Equal(weights.Plain, weights.Asynchronous));
    }

    [Fact]
    public void A_quadratic_converges()
    {
        Linear[] models = [Linear(4, 1), Linear(4, 1)];
        var losses = RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(
                ranks, models[ranks.Rank], functional_mse, settings with { WeightDecay = 0, Repair = StalenessRepair.Momentum });
            var generator = new Generator((ulong)ranks.Rank + 5);
            using var target = tensor(new[,] { { 1f }, { -2f }, { .5f }, { 3f } });
            sgd.Start();
            // Not a number of gradients: how many of them make an update is a matter of the threads' speeds.
            while (sgd.Updates < 300)
            {
                using var scope = NewDisposeScope();
                var inputs = randn([16, 4], generator: generator);
                sgd.Step(new Batch(inputs, mm(inputs, target)));
            }
            sgd.Stop();
            using var last = NewDisposeScope();
            using var off = no_grad();
            return (models[ranks.Rank].weight! - target.t()).norm().ToDouble();
        });

        Assert.All(losses, distance => Assert.InRange(distance, 0, 1e-2));

        static Tensor functional_mse(Tensor output, Tensor targets) => functional.mse_loss(output, targets);
    }

    [Fact]
    public void A_checkpoint_between_rounds_is_exact_and_training_goes_on_after_it()
    {
        Module<Tensor, Tensor>[] models = [Network(1), Network(1)], later = [Network(3), Network(4)];
        var found = RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(
                ranks, models[ranks.Rank], Loss, settings with { Repair = StalenessRepair.LeastSquares }, RoundPace.InStep);
            Steps(sgd, ranks, 0, 6);
            var state = new StateDictionary();
            sgd.Save(state);
            var copy = new StateDictionary();
            foreach (var (key, value) in state.Tensors) copy.Set(key, value.clone());
            foreach (var (key, value) in state.Scalars) copy.SetScalar(key, value);
            Steps(sgd, ranks, 6, 6);
            using var resumed = new AsynchronousSgd(
                ranks, later[ranks.Rank], Loss, settings with { Repair = StalenessRepair.LeastSquares }, RoundPace.InStep);
            resumed.Load(copy);
            Assert.Equal(6, resumed.Updates);
            Steps(resumed, ranks, 6, 6);
            return (Whole: Bytes(models[ranks.Rank]), Resumed: Bytes(later[ranks.Rank]));
        });

        Assert.All(found, weights => Assert.Equal(weights.Whole, weights.Resumed));
    }

    [Fact]
    public void A_lost_rank_is_told_to_the_caller()
    {
        Module<Tensor, Tensor>[] models = [Network(1), Network(1)];
        var found = RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(ranks, models[ranks.Rank], Loss, settings);
            sgd.Start();
            if (ranks.Rank == 1)
            {
                Step(sgd, ranks, 0);
                ranks.Group.Abort();
                return 1;
            }
            void StepOn()
            {
                for (var step = 0; ; step++) Step(sgd, ranks, step);
            }
            return Assert.Throws<RankLostException>(StepOn).Rank;
        });

        Assert.Equal([1, 1], found);
    }

    [Fact]
    public void A_checkpoint_while_the_rounds_run_and_steps_while_they_do_not_are_refused()
    {
        Module<Tensor, Tensor>[] models = [Network(1), Network(1)];
        RankThreads.Run(Ranks, ranks =>
        {
            using var sgd = new AsynchronousSgd(ranks, models[ranks.Rank], Loss, settings);
            Assert.Throws<InvalidOperationException>(() => Step(sgd, ranks, 0));
            sgd.Start();
            Assert.Throws<InvalidOperationException>(() => sgd.Start());
            Assert.Throws<InvalidOperationException>(() => sgd.Save(new()));
            Assert.Throws<InvalidOperationException>(() => sgd.Load(new()));
            sgd.Stop();
            return 0;
        });
    }

    private static void Steps(AsynchronousSgd sgd, TrainingRanks ranks, int from, int count)
    {
        sgd.Start();
        for (var step = from; step < from + count; step++) Step(sgd, ranks, step);
        sgd.Stop();
    }

    private static void Step(AsynchronousSgd sgd, TrainingRanks ranks, int step)
    {
        using var scope = NewDisposeScope();
        sgd.Step(Points(ranks.Rank, step));
    }

    // Written out: mean gradient over the ranks, then heavy-ball momentum.
    private static void Synchronous(TrainingRanks ranks, Module<Tensor, Tensor> model, int steps)
    {
        var parameters = model.parameters().ToArray();
        Tensor[] velocities = [.. parameters.Select(p => zeros_like(p))];
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in parameters) parameter.grad?.zero_();
            var batch = Points(ranks.Rank, step);
            Loss(model.call(batch.Inputs), batch.Targets).backward();
            using var off = no_grad();
            foreach (var (parameter, velocity) in parameters.Zip(velocities))
            {
                var gradient = parameter.grad!;
                ranks.AllReduce(gradient);
                gradient.div_(ranks.Size);
                if (parameter.dim() >= 2) gradient.add_(parameter, settings.WeightDecay);
                velocity.mul_(settings.Momentum).add_(gradient, -settings.LearningRate(step));
                parameter.add_(velocity);
            }
        }
    }

    private static Tensor Loss(Tensor output, Tensor target) => functional.mse_loss(output, target);

    private static Module<Tensor, Tensor> Network(long seed)
    {
        torch.manual_seed(seed);
        return Sequential(Linear(3, 8), Tanh(), Linear(8, 2));
    }

    private static Batch Points(int rank, int step)
    {
        var generator = new Generator((ulong)((rank * 1000) + step));
        var inputs = randn([8, 3], generator: generator);
        return new(inputs, inputs.narrow(1, 0, 2).sin());
    }

    private static byte[] Bytes(Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        // As the flat parameters stand: matrices, then vectors.
        var parameters = model.parameters().ToArray();
        return cat([.. FlatParameters.ByShape(parameters.Where(p => p.dim() >= 2)).Concat(parameters.Where(p => p.dim() < 2)).Select(
            p => p.detach().reshape(-1))]).bytes.ToArray();
    }
}
