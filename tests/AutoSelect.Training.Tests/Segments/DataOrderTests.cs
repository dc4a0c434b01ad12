using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Tests;

public sealed class DataOrderTests : TrainingTest
{
    [Fact]
    public void All_batch_sizes_see_the_examples_in_the_same_order()
    {
        Assert.Equal(Seen(batchSize: 32, steps: 20), Seen(batchSize: 64, steps: 10));
        Assert.Equal(Seen(batchSize: 32, steps: 20)[..600], Seen(batchSize: 200, steps: 3));
    }

    [Fact]
    public void An_epoch_has_every_example_once_and_the_next_one_another_order()
    {
        var seen = Seen(batchSize: 32, steps: 40);
        Assert.Equal(Enumerable.Range(0, 640).Select(i => (long)i), seen[..640].Order());
        Assert.Equal(Enumerable.Range(0, 640).Select(i => (long)i), seen[640..].Order());
        Assert.NotEqual(seen[..640], seen[640..]);
    }

    [Fact]
    public void The_order_follows_from_seed_and_epoch()
    {
        Assert.Equal(DataOrder.Permutation(1, 2, 100), DataOrder.Permutation(1, 2, 100));
        Assert.NotEqual(DataOrder.Permutation(1, 2, 100), DataOrder.Permutation(2, 2, 100));
        Assert.NotEqual(DataOrder.Permutation(1, 2, 100), DataOrder.Permutation(1, 3, 100));
    }

    [Fact]
    public void Every_position_is_taken_by_every_example_about_equally_often()
    {
        var counts = new int[6, 6];
        for (var epoch = 0; epoch < 6_000; epoch++)
        {
            var order = DataOrder.Permutation(3, epoch, 6);
            for (var i = 0; i < 6; i++) counts[i, order[i]]++;
        }
        // 1000 each are expected; five standard deviations are 144.
        foreach (var count in counts) Assert.InRange(count, 856, 1144);
    }

    private List<long> Seen(int batchSize, long steps)
    {
        Spiral.Seen = [];
        using var trainer = NewTrainer();
        trainer.Train(Assignment(steps, batchSize: batchSize, trial: $"t{batchSize}"), new Recorder());
        return Spiral.Seen;
    }
}
