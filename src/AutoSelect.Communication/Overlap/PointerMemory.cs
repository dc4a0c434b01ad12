using System.Buffers;

namespace AutoSelect.Communication;

/// <summary>Memory that somebody else owns at a fixed address, such as a tensor's, as <see cref="Memory{T}"/> for a queue.</summary>
/// <param name="address">First value; stays valid and in place as long as this is used.</param>
/// <param name="length">Values.</param>
/// <param name="owner">Kept from being collected as long as this is; may be null.</param>
public sealed unsafe class PointerMemory(nint address, int length, object? owner) : MemoryManager<float>
{
    private readonly object? owner = owner;

    public override Span<float> GetSpan()
    {
        GC.KeepAlive(owner);
        return new((void*)address, length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new((float*)address + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
