using System.Text;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// A generator of random numbers that is fixed by its seed on every machine and version, unlike <see cref="Random"/>:
/// xoshiro256** seeded by SplitMix64 (Blackman and Vigna, 2021). Not thread-safe.
/// </summary>
internal sealed class SeededNumbers
{
    private ulong s0, s1, s2, s3;
    private double spare;
    private bool hasSpare;

    public SeededNumbers(ulong seed)
    {
        s0 = SplitMix(ref seed);
        s1 = SplitMix(ref seed);
        s2 = SplitMix(ref seed);
        s3 = SplitMix(ref seed);
    }

    /// <summary>The stream of a name under a seed; equal names give equal streams, whatever their order.</summary>
    public static SeededNumbers Named(long seed, string name)
    {
        var hash = 14695981039346656037UL ^ (ulong)seed; // FNV-1a
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 1099511628211UL;
        return new SeededNumbers(hash);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform integer in [0, <paramref name="count"/>).</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in random order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Standard normal, by the polar method.</summary>
    public double Normal()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spare;
        }
        double u, v, r;
        do
        {
            u = 2 * Uniform() - 1;
            v = 2 * Uniform() - 1;
            r = u * u + v * v;
        } while (r is >= 1 or 0);
        var f = Math.Sqrt(-2 * Math.Log(r) / r);
        (spare, hasSpare) = (v * f, true);
        return u * f;
    }

    /// <summary>Gamma of the given shape (at least 1) and unit scale (Marsaglia and Tsang, 2000).</summary>
    public double Gamma(double shape)
    {
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + c * x;
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(1 - Uniform()) < 0.5 * x * x + d - d * v + d * Math.Log(v)) return d * v;
        }
    }

    private ulong Next()
    {
        var result = ulong.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = ulong.RotateLeft(s3, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
