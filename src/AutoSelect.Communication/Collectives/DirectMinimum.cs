using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>The smallest of one number a rank: every rank tells every other.</summary>
internal static class DirectMinimum
{
    public static long Run(Exchange exchange, int rank, int ranks, long value)
    {
        Span<long> message = [value];
        for (var step = 1; step < ranks; step++) exchange.Send((rank + step) % ranks, MemoryMarshal.AsBytes(message));
        for (var step = 1; step < ranks; step++)
        {
            exchange.Receive((rank + step) % ranks, MemoryMarshal.AsBytes(message));
            value = Math.Min(value, message[0]);
        }
        return value;
    }
}
