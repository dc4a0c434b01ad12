using System.Runtime.Intrinsics;

namespace AutoSelect.Communication;

/// <summary>
/// Random numbers that are a function of a stream's number and a position, so that any part of a bucket can be rounded again with the same
/// result and nothing but a step count has to be kept.
/// </summary>
/// <remarks>
/// The position is mixed with the two halves of the stream's number by rounds of multiply and shift (a 32-bit finalizer after Wellons
/// 2018).
/// </remarks>
internal static class CounterRandom
{
    public static Vector512<uint> Bits(ulong stream, Vector512<uint> position)
    {
        var x = Mix(position ^ Vector512.Create((uint)stream));
        return Mix(x + Vector512.Create((uint)(stream >> 32) * 0x9E37_79B9u));
    }

    /// <summary>A well-mixed number of a stream made of several numbers.</summary>
    public static ulong Stream(ulong seed, ulong step, ulong part)
    {
        var x = seed;
        foreach (var next in (ReadOnlySpan<ulong>)[step, part])
        {
            // SplitMix64's finalizer (Steele, Lea and Flood 2014).
            x += next + 0x9E37_79B9_7F4A_7C15;
            x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9;
            x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB;
            x ^= x >> 31;
        }
        return x;
    }

    private static Vector512<uint> Mix(Vector512<uint> x)
    {
        x ^= x >>> 16;
        x *= Vector512.Create(0x7FEB_352Du);
        x ^= x >>> 15;
        x *= Vector512.Create(0x846C_A68Bu);
        return x ^ (x >>> 16);
    }
}
