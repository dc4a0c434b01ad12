namespace AutoSelect.Performance.Tests;

public sealed class NonNegativeLeastSquaresTests
{
    [Fact]
    public void Without_a_bound_in_the_way_it_is_least_squares() => Assert.Equal([2, 3], Solve([[1, 0], [0, 1], [1, 1]], [2, 3, 5]), Close);

    [Fact]
    public void A_negative_solution_becomes_zero_and_the_others_are_fitted_anew() =>
        // Unbounded: (-1, 2). With the first at zero, the second is ⟨(1, 2), (1, 3)⟩ / 5.
        Assert.Equal([0, 7.0 / 5], Solve([[1, 1], [1, 2]], [1, 3]), Close);

    [Fact]
    public void Columns_that_are_zero_or_repeated_do_no_harm()
    {
        var solution = Solve([[1, 0, 2], [2, 0, 4], [3, 0, 6]], [1, 2, 3]);
        Assert.Equal(0, solution[1]);
        Assert.Equal(1, solution[0] + 2 * solution[2], 1e-9);
    }

    [Fact]
    public void No_other_non_negative_solution_is_better()
    {
        var random = new Random(5);
        for (var problem = 0; problem < 200; problem++)
        {
            var rows = Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 4).Select(_ => random.NextDouble()).ToArray()).ToArray();
            var right = rows.Select(_ => random.NextDouble() - 0.3).ToArray();
            var solution = Solve(rows, right);
            Assert.All(solution, s => Assert.True(s >= 0));
            // Karush-Kuhn-Tucker: the gradient is 0 where θ > 0 and does not point inwards where θ = 0.
            for (var j = 0; j < 4; j++)
            {
                var gradient = rows.Select((r, i) => r[j] * (r.Zip(solution, (a, s) => a * s).Sum() - right[i])).Sum();
                Assert.True(solution[j] > 0 ? Math.Abs(gradient) < 1e-8 : gradient > -1e-8,
                    $"problem {problem}, unknown {j}: θ {solution[j]}, gradient {gradient}");
            }
        }
    }

    private static double[] Solve(double[][] rows, double[] right) => NonNegativeLeastSquares.Solve(rows, right);

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-9;
}
