namespace AutoSelect.Performance.Tests;

public sealed class GradientCompressionTests
{
    private static readonly LayerTime Matrix = new(1, 1, 1, 100 * 50, Rows: 100), Vector = new(1, 1, 1, 100),
        Thin = new(1, 1, 1, 6, Rows: 2);

    [Fact]
    public void Sixteen_bits_are_exactly_half_and_eight_a_quarter()
    {
        var full = GradientCompression.Fp32.Messages([Matrix, Vector, Thin]).Single();
        Assert.Equal(4 * 5106, full);
        Assert.Equal(full / 2, GradientCompression.Fp16.Messages([Matrix, Vector, Thin]).Single());
        Assert.Equal(full / 2, GradientCompression.Bf16.Messages([Matrix, Vector, Thin]).Single());
        Assert.Equal(full / 4, GradientCompression.Fp8.Messages([Matrix, Vector, Thin]).Single());
    }

    [Fact]
    public void PowerSgd_sends_two_factors_and_leaves_vectors_and_small_matrices_whole()
    {
        // P: 3 x 100, with the vector and the 2 x 3 matrix; Q: 3 x 50.
        Assert.Equal([4 * (300 + 100 + 6), 4 * 150], GradientCompression.PowerSgd(3).Messages([Matrix, Vector, Thin]));
        Assert.Equal([4 * 106], GradientCompression.PowerSgd(3).Messages([Vector, Thin]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCompression.PowerSgd(0));
    }

    [Fact]
    public void Work_is_charged_to_what_is_encoded()
    {
        var costs = new ProcessorCosts { CastSecondsPerByte = 1e-9, QuantizeSecondsPerByte = 3e-9, MultiplyAddsPerSecond = 1e9 };
        Assert.Equal(0, GradientCompression.Fp32.WorkSeconds([Matrix, Vector], costs));
        Assert.Equal(5100 * 4e-9, GradientCompression.Fp16.WorkSeconds([Matrix, Vector], costs), 1e-15);
        Assert.Equal(5100 * 12e-9, GradientCompression.Fp8.WorkSeconds([Matrix, Vector], costs), 1e-15);
        Assert.Equal((3 * 2 * 5000 + 2 * 4 * 100) * 1e-9, GradientCompression.PowerSgd(2).WorkSeconds([Matrix, Vector], costs), 1e-15);
    }
}
