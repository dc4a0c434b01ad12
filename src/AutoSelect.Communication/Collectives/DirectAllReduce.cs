using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>Every rank gives every other all it has, and each adds up in order of rank: the same bits everywhere after one step.</summary>
internal sealed class DirectAllReduce(Exchange exchange, int rank, int ranks)
{
    // A block fits into the links with nobody reading, so all can send before anybody receives.
    private readonly float[] own = new float[Math.Min(exchange.Capacity, 1 << 16) / sizeof(float)];

    public void Run(Span<float> values)
    {
        // Of two ranks the order of adding makes no difference, and a stream needs no blocks.
        if (ranks == 2) exchange.Swap(1 - rank, values);
        else
            for (var start = 0; start < values.Length; start += own.Length)
                Block(values.Slice(start, Math.Min(own.Length, values.Length - start)));
    }

    private void Block(Span<float> values)
    {
        for (var step = 1; step < ranks; step++) exchange.Send((rank + step) % ranks, MemoryMarshal.AsBytes(values));
        values.CopyTo(own);
        if (rank != 0) exchange.Receive(0, MemoryMarshal.AsBytes(values));
        for (var from = 1; from < ranks; from++)
            if (from != rank) exchange.ReceiveAdd(from, values);
            else TensorPrimitives.Add(values, own.AsSpan(0, values.Length), values);
    }
}
