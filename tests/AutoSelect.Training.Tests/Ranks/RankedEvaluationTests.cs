using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

[Collection("libtorch")] // others count the tensors of the process
public sealed class RankedEvaluationTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 10)]
    [InlineData(3, 32)]
    [InlineData(4, 40)]
    [InlineData(4, 3)] // fewer examples than ranks: each evaluates all of them
    [InlineData(2, 601)]
    public void Ranks_divide_few_examples_too_and_none_is_left_without(int size, int count)
    {
        var values = RankThreads.Run(size, ranks =>
        {
            using var examples = new Numbers(count);
            using var model = nn.Identity();
            return (Value: Evaluation.Mean(new Spiral(), model, examples, CPU, ranks: ranks), examples.Picked);
        });
        Assert.All(values, v => Assert.Equal((double)((count + 1) / 2) / count, v.Value, 12));
        var each = count < size ? size : 1;
        Assert.Equal(
            Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((long)i, each)), values.SelectMany(v => v.Picked).Order());
    }

    /// <summary>Class scores whose prediction is right for even numbers; refuses a pick of nothing.</summary>
    private sealed class Numbers(int count) : ExampleSet
    {
        public List<long> Picked { get; } = [];

        public override int Count => count;

        public override Batch Pick(Tensor indices)
        {
            Assert.NotEqual(0, indices.shape[0]);
            Picked.AddRange(indices.data<long>().ToArray());
            var odd = indices.remainder(2);
            return new(nn.functional.one_hot(odd, 2), zeros_like(odd));
        }

        public override void To(torch.Device device) { }

        protected override void Dispose(bool disposing) { }
    }
}
