namespace AutoSelect.Performance.Tests;

public sealed class NormalVariableTests
{
    // Exact: 0, 1/√π, 3/(2√π), then Harter's tables.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.56419)]
    [InlineData(3, 0.84628)]
    [InlineData(4, 1.02938)]
    [InlineData(8, 1.42360)]
    [InlineData(100, 2.50759)]
    public void The_mean_of_the_largest_of_several_is_known(int n, double mean) =>
        Assert.Equal(mean, NormalVariable.ExpectedMaximum(n), 1e-4);
}
