using System.Numerics.Tensors;

namespace AutoSelect.Communication.Tests;

public sealed class CodecTests
{
    public static TheoryData<string> Names => new("fp16", "bf16", "fp8-e4m3", "fp8-e5m2");

    [Theory]
    [InlineData("fp16", 2.1e-4)]
    [InlineData("bf16", 1.7e-3)]
    public void Relative_error_of_normal_values(string name, double expected) =>
        Assert.Equal(expected, RelativeError(Codec(name), Normal(200_000, 1)), .05 * expected);

    [Theory]
    [InlineData("fp8-e4m3", .05)]
    [InlineData("fp8-e5m2", .1)]
    public void Relative_error_of_eight_bits_is_that_of_its_mantissa(string name, double most) =>
        Assert.InRange(RelativeError(Codec(name), Normal(200_000, 1)), most / 4, most);

    [Fact]
    public void A_scale_saves_the_small_values_that_plain_halves_lose()
    {
        // Half of 2⁻²⁴, the smallest half, is the limit below which a value is lost.
        var values = Normal(200_000, 1e-7f);
        var plain = values.Count(v => v != 0 && (float)(Half)v == 0) / (double)values.Length;
        Assert.Equal(.235, plain, .005);
        Assert.True(values.Count(v => v != 0 && (Half)(v * 65536) == (Half)0) < 1e-4 * values.Length);
        Assert.True(Coded(Codec("fp16"), values).Zip(values).Count(p => p.First == 0 && p.Second != 0) < 1e-5 * values.Length);
        Assert.Equal(2.1e-4, RelativeError(Codec("fp16"), values), 2e-5);
    }

    [Theory]
    [InlineData(1e-37f)]
    [InlineData(1e-12f)]
    [InlineData(1e9f)]
    [InlineData(1e37f)]
    public void The_scale_follows_the_bucket(float size)
    {
        var values = Normal(5000, size);
        foreach (var name in new[] { "fp16", "fp8-e4m3", "fp8-e5m2" })
            Assert.Equal(RelativeError(Codec(name), Normal(5000, 1)), RelativeError(Codec(name), values), .02);
    }

    [Theory]
    [InlineData("fp16")]
    [InlineData("bf16")]
    public void Numbers_agree_with_the_conversion_one_by_one(string name)
    {
        var values = Normal(1000, 1).Concat([0, -0f, 1, 65000 / 2, float.Epsilon, -3e-39f]).ToArray();
        var scale = name == "bf16" ? 1 : MathF.ScaleB(1, 14 - MathF.ILogB(values.Max(MathF.Abs)));
        var coded = Coded(Codec(name), values);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(name == "bf16" ? NearestUpperHalf(values[i]) : (float)(Half)(values[i] * scale) / scale, coded[i]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_not_finite_stays_visible(string name)
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
            foreach (var at in new[] { 3, 64, 129 })
            {
                var values = Normal(130, 1);
                values[at] = bad;
                Assert.False(float.IsFinite(Coded(Codec(name), values)[at]));
            }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Zeros_and_no_values_are_kept(string name)
    {
        Assert.All(Coded(Codec(name), new float[77]), v => Assert.Equal(0, v));
        Assert.Empty(Coded(Codec(name), []));
    }

    [Theory]
    [InlineData("fp8-e4m3", 1, 448)]
    [InlineData("fp8-e5m2", 1, 57344)]
    public void Every_number_of_the_format_is_kept(string name, float smallestUnit, float largest)
    {
        // With the largest number in the bucket the scale is 1, and numbers of the format need no rounding.
        var values = Enumerable.Range(0, 256).Select(code => Decode(name, (byte)code)).Where(float.IsFinite).ToArray();
        Assert.Equal(largest, values.Max());
        Assert.Equal(values, Coded(Codec(name), values, randomness: 99));
        Assert.Contains(smallestUnit, values);
    }

    [Theory]
    [InlineData("fp8-e4m3")]
    [InlineData("fp8-e5m2")]
    public void Stochastic_rounding_is_unbiased_and_repeatable(string name)
    {
        // The first value fixes the scale to 1; the others lie between numbers, normal and subnormal ones.
        float largest = name == "fp8-e4m3" ? 448 : 57344;
        foreach (var x in new[] { 1.03f, -100.7f, 3.1e-3f, 2e-5f })
        {
            var values = Enumerable.Repeat(x, 40_000).Prepend(largest).ToArray();
            var coded = Coded(Codec(name), values, randomness: 5);
            Assert.Equal(coded, Coded(Codec(name), values, randomness: 5));
            Assert.NotEqual(coded, Coded(Codec(name), values, randomness: 6));
            var neighbours = coded.Skip(1).Distinct().Order().ToList();
            Assert.True(neighbours.Count == 2 && neighbours[0] < x && x < neighbours[1], $"{x} became {string.Join(", ", neighbours)}");
            // Four standard deviations of a mean of 40,000 draws.
            Assert.Equal(x, coded.Skip(1).Average(), .02 * (neighbours[1] - neighbours[0]) * .5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decoding_can_add(string name)
    {
        var values = Normal(333, 1);
        var once = Coded(Codec(name), values);
        var encoded = new byte[Codec(name).EncodedBytes(values.Length)];
        Codec(name).Encode(values, encoded);
        var sum = values.ToArray();
        Codec(name).Decode(encoded, sum, add: true);
        for (var i = 0; i < sum.Length; i++) Assert.Equal(values[i] + once[i], sum[i], 1e-6f);
    }

    [Fact]
    public void A_buffer_of_another_size_is_refused() =>
        Assert.Contains("10 values in fp16 are 24 bytes, not 20",
            Assert.Throws<ArgumentException>(() => Codec("fp16").Encode(new float[10], new byte[20])).Message);

    internal static GradientCodec Codec(string name) => name switch
    {
        "fp16" => new Fp16Codec(),
        "bf16" => new Bf16Codec(),
        "fp8-e4m3" => Fp8Codec.E4M3,
        "fp8-e5m2" => Fp8Codec.E5M2,
        _ => throw new ArgumentException(name),
    };

    internal static float[] Normal(int count, float deviation, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())) * deviation)];
    }

    private static float[] Coded(GradientCodec codec, float[] values, ulong randomness = 0)
    {
        var encoded = new byte[codec.EncodedBytes(values.Length)];
        codec.Encode(values, encoded, randomness);
        var decoded = new float[values.Length];
        codec.Decode(encoded, decoded);
        return decoded;
    }

    private static double RelativeError(GradientCodec codec, float[] values)
    {
        var difference = Coded(codec, values).Zip(values, (a, b) => (double)a - b).ToArray();
        return TensorPrimitives.Norm<double>(difference) / TensorPrimitives.Norm<double>(values.Select(v => (double)v).ToArray());
    }

    private static float NearestUpperHalf(float value)
    {
        var below = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000);
        var above = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000) + 0x1_0000);
        var (down, up) = (Math.Abs((double)value - below), Math.Abs((double)above - value));
        return down < up || (down == up && (BitConverter.SingleToUInt32Bits(below) & 0x1_0000) == 0) ? below : above;
    }

    private static float Decode(string name, byte code)
    {
        var encoded = new byte[] { 0, 0, 0x80, 0x3F, code }; // scale 1
        var value = new float[1];
        Codec(name).Decode(encoded, value);
        return value[0];
    }
}
