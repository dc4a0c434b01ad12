namespace AutoSelect.Communication.Tests;

public sealed class SparseAndLowRankTests
{
    [Fact]
    public async Task Top_k_sends_the_largest_and_keeps_the_rest() =>
        await Ranks.RunAsync(2, null, group =>
        {
            var topK = new TopKAllReduce(group, 6, .5);
            float[] values = group.Rank == 0 ? [5, -1, 0, -4, 3, 2] : [0, -7, 1, 1, 1, 6];
            topK.Run(values);
            // Of rank 1's three ones the first goes.
            Assert.Equal([5, -7, 1, -4, 3, 6], values);
            Assert.Equal(group.Rank == 0 ? [0, -1, 0, 0, 0, 2] : [0, 0, 0, 1, 1, 0], topK.Residual.ToArray());
            Assert.Equal(3 * 8, group.BytesSent);
        });

    [Fact]
    public async Task Top_k_loses_nothing_for_good() =>
        await Ranks.RunAsync(3, null, group =>
        {
            var topK = new TopKAllReduce(group, 1000, .03);
            double[] given = new double[1000], got = new double[1000];
            for (var round = 0; round < 10; round++)
                for (var rank = 0; rank < 3; rank++)
                {
                    var gradient = CodecTests.Normal(1000, 1, 10 * round + rank);
                    for (var i = 0; i < 1000; i++) given[i] += gradient[i];
                    if (rank != group.Rank) continue;
                    topK.Run(gradient);
                    for (var i = 0; i < 1000; i++) got[i] += gradient[i];
                }
            var residual = topK.Residual.ToArray();
            group.AllReduce(residual);
            for (var i = 0; i < 1000; i++) Assert.Equal(given[i], got[i] + residual[i], 1e-4);
        });

    [Fact]
    public void Selection_agrees_with_sorting()
    {
        float[][] cases =
        [
            CodecTests.Normal(501, 1), [.. Enumerable.Repeat(2f, 50)], [1, float.NaN, 3, float.PositiveInfinity, 3, 0], [7],
        ];
        foreach (var values in cases)
        {
            var sorted = values.OrderByDescending(v => float.IsNaN(v) ? double.PositiveInfinity : double.Min(v, double.MaxValue)).ToArray();
            for (var place = 0; place < values.Length; place++) Assert.Equal(sorted[place], QuickSelect.LargestAt([.. values], place));
        }
    }

    [Fact]
    public async Task Power_sgd_is_exact_for_a_matrix_of_its_rank() =>
        await Ranks.RunAsync(2, null, group =>
        {
            const int rows = 12, columns = 20;
            var power = new PowerSgdAllReduce(group, rows, columns, 2);
            float Entry(int rank, int i) => (rank + 1) * ((i / columns) * (i % columns) + 3f * ((i / columns) % 3));
            var matrix = Enumerable.Range(0, rows * columns).Select(i => Entry(group.Rank, i)).ToArray();
            power.Run(matrix);
            for (var i = 0; i < matrix.Length; i++) Assert.Equal(Entry(0, i) + Entry(1, i), matrix[i], 2e-2);
            Assert.All(power.Residual.ToArray(), e => Assert.Equal(0, e, 1e-2));
            // Of an all-reduce between two ranks each sends all it has.
            Assert.Equal(4L * 2 * (rows + columns), group.BytesSent);
        });

    [Fact]
    public async Task Power_sgd_loses_nothing_for_good() =>
        await Ranks.RunAsync(3, null, group =>
        {
            const int rows = 16, columns = 24;
            var power = new PowerSgdAllReduce(group, rows, columns, 3);
            double[] given = new double[rows * columns], got = new double[rows * columns];
            for (var round = 0; round < 10; round++)
                for (var rank = 0; rank < 3; rank++)
                {
                    var gradient = CodecTests.Normal(rows * columns, 1, 10 * round + rank);
                    for (var i = 0; i < given.Length; i++) given[i] += gradient[i];
                    if (rank != group.Rank) continue;
                    power.Run(gradient);
                    for (var i = 0; i < got.Length; i++) got[i] += gradient[i];
                }
            var residual = power.Residual.ToArray();
            group.AllReduce(residual);
            for (var i = 0; i < given.Length; i++) Assert.Equal(given[i], got[i] + residual[i], 1e-3);
        });

    [Fact]
    public async Task Values_out_of_range_are_refused()
    {
        using var group = (await Ranks.FormAsync(1)).Single();
        Assert.Contains("above 0 and at most 1", Assert.Throws<ArgumentOutOfRangeException>(() => new TopKAllReduce(group, 5, 0)).Message);
        Assert.Contains("1 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => new PowerSgdAllReduce(group, 3, 5, 4)).Message);
    }
}
