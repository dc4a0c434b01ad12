using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>Strategies say how their work comes round, so that their steps can be timed by whole cycles.</summary>
public class WorkCycleTests
{
    [Theory]
    [InlineData("kfac", 20, 12, "burnInSteps", 20, "factorInterval", 4, "inverseInterval", 6)]
    [InlineData("kfac", 20, 10)]
    [InlineData("kfac-large-batch", 5, 2, "burnInSteps", 5)]
    [InlineData("noisy-kfac", 3, 5, "burnInSteps", 3, "factorInterval", 5, "inverseInterval", 5)]
    [InlineData("soap", 1, 7, "basisInterval", 7)]
    [InlineData("shampoo", 0, 9, "rootInterval", 9)]
    [InlineData("muon", 0, 1)]
    [InlineData("nadamw", 0, 1)]
    public void The_cycle_is_that_of_the_intervals_and_the_same_at_every_step(string name, long from, long steps, params object[] given)
    {
        using var model = Samples.Network();
        using var stepper = Start(name, model, given);
        for (var step = 0; step < 9; step++)
        {
            Samples.Train(stepper, s => Samples.Images(s), 1);
            Assert.Equal(new WorkCycle(from, steps), stepper.Cycle);
        }

        var state = new StateDictionary();
        stepper.Save(state);
        using var another = Samples.Network();
        using var resumed = Start(name, another, given);
        resumed.Load(state);
        Assert.Equal(new WorkCycle(from, steps), resumed.Cycle);
    }

    [Theory, MemberData(nameof(Samples.Names), MemberType = typeof(Samples))]
    public void Work_on_matrices_is_said_in_terms_of_its_own_hyperparameters(string name)
    {
        var strategy = Samples.All[name].Description;
        Assert.Equal(name.Contains("kfac") || name is "soap" or "shampoo" or "muon", !strategy.Capabilities.MatrixWork.IsEmpty);
        foreach (var work in strategy.Capabilities.MatrixWork)
        {
            Assert.True(work.Times > 0);
            foreach (var hyperparameter in new[] { work.Interval, work.LongestSide, work.Examples }.OfType<string>())
                Assert.Contains(strategy.Hyperparameters, h => h.Name == hyperparameter);
        }
    }

    [Fact]
    public void Cycles_end_at_multiples_from_where_work_comes_round()
    {
        var cycle = new WorkCycle(20, 10);
        Assert.Equal([20, 30, 40], Enumerable.Range(0, 41).Where(step => cycle.EndsAt(step)));
        Assert.DoesNotContain(Enumerable.Range(0, 9), step => WorkCycle.EveryStep.EndsAt(step));
    }

    private static Stepper Start(string name, Module<Tensor, Tensor> model, object[] given) =>
        Samples.All[name].Start(Samples.Task(Samples.All[name], model, Samples.CrossEntropy,
            hyperparameters: [.. given.Chunk(2).Select(pair => ((string)pair[0], (double)(int)pair[1]))]));
}
