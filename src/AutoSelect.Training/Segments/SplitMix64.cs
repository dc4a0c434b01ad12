namespace AutoSelect.Training.Segments;

/// <summary>A small generator that gives the same numbers on every machine and version (Steele, Lea, Flood, OOPSLA 2014).</summary>
internal struct SplitMix64(long seed, long stream)
{
    private ulong state = Mix((ulong)seed + 0x9E3779B97F4A7C15UL) ^ Mix((ulong)stream * 0xD1B54A32D192ED03UL + 1);

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15UL);

    /// <summary>Uniform on 0 … bound-1; the bias is below bound/2^64.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Uniform on [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Standard normal (Box–Muller, one of the pair).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
