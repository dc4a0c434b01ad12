using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Data;

/// <summary>
/// A made-up data set of images, for tests and first tries: ten smooth random patterns, each example one of them shifted by up to two
/// pixels, scaled, and covered with noise. The same bytes on every machine. It says nothing about real images.
/// </summary>
internal static class SyntheticImages
{
    public const int Side = 28;
    public const int Classes = 10;
    private const double Noise = 70;

    /// <summary>Images [count, 28, 28] and labels [count].</summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="stream">Names the part: examples of different streams are independent, the patterns are the same.</param>
    public static (byte[] Images, byte[] Labels) Make(int count, int stream)
    {
        var patterns = Enumerable.Range(0, Classes).Select(Pattern).ToArray();
        var random = new SplitMix64(seed: 20170828, stream);
        var images = new byte[count * Side * Side];
        var labels = new byte[count];
        for (var n = 0; n < count; n++)
        {
            var label = labels[n] = (byte)random.Below(Classes);
            var (down, right, strength) = (random.Below(5) - 2, random.Below(5) - 2, 0.5 + random.Uniform());
            var image = images.AsSpan(n * Side * Side, Side * Side);
            for (var y = 0; y < Side; y++)
            {
                for (var x = 0; x < Side; x++)
                {
                    var value = patterns[label][((y + down + Side) % Side * Side) + ((x + right + Side) % Side)];
                    // A sum of three uniform numbers is near enough to a normal one, and quick.
                    var noise = (random.Uniform() + random.Uniform() + random.Uniform() - 1.5) * 2;
                    image[(y * Side) + x] = (byte)Math.Clamp((strength * value) + (Noise * noise), 0, 255);
                }
            }
        }
        return (images, labels);
    }

    // A sum of a few plane waves, whose periods fit the side so that shifting wraps round smoothly.
    private static double[] Pattern(int label)
    {
        var random = new SplitMix64(seed: 1708, stream: label);
        var pattern = new double[Side * Side];
        for (var wave = 0; wave < 4; wave++)
        {
            var (rows, columns, phase) = (random.Below(4), random.Below(4), 2 * Math.PI * random.Uniform());
            for (var i = 0; i < pattern.Length; i++)
                pattern[i] += 40 * (1 + Math.Sin((2 * Math.PI * ((rows * (i / Side)) + (columns * (i % Side))) / Side) + phase)) / 2;
        }
        return pattern;
    }
}
