using System.Runtime.Intrinsics;

namespace AutoSelect.Communication;

/// <summary>
/// Copies past the caches. What another processor reads next need not be fetched into this one's cache only to be fetched out of it again:
/// between processors that share no cache a ring filled this way is four times as fast.
/// </summary>
internal static unsafe class StreamingCopy
{
    private const int Line = 64;
    private const int Step = 4 * Line;

    /// <summary>Copies; what is written is visible to others before anything written later.</summary>
    /// <param name="to">A multiple of 64.</param>
    public static void Run(ReadOnlySpan<byte> data, byte* to)
    {
        var i = 0;
        fixed (byte* from = data)
            for (; i <= data.Length - Step; i += Step)
            {
                var first = Vector512.Load(from + i);
                var second = Vector512.Load(from + i + Line);
                var third = Vector512.Load(from + i + 2 * Line);
                var fourth = Vector512.Load(from + i + 3 * Line);
                first.StoreAlignedNonTemporal(to + i);
                second.StoreAlignedNonTemporal(to + i + Line);
                third.StoreAlignedNonTemporal(to + i + 2 * Line);
                fourth.StoreAlignedNonTemporal(to + i + 3 * Line);
            }
        data[i..].CopyTo(new Span<byte>(to + i, data.Length - i));
        // Stores past the caches are not ordered with those through them.
        Interlocked.MemoryBarrier();
    }
}
