namespace AutoSelect.Communication;

/// <summary>Where the parts of a ring lie: positions count bytes since the start, each written by one side only.</summary>
internal readonly unsafe struct SharedMemoryRing(long* head, long* tail, byte* data, int size)
{
    /// <summary>Bytes written.</summary>
    public readonly long* Head = head;

    /// <summary>Bytes read.</summary>
    public readonly long* Tail = tail;

    /// <summary>Data; a position lies at its remainder by the size.</summary>
    public readonly byte* Data = data;

    /// <summary>Bytes, a power of two.</summary>
    public readonly int Size = size;
}
