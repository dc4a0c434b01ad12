using System.Runtime.CompilerServices;

namespace AutoSelect.Communication;

/// <summary>What the ranks of a communicator find each other by; rank 0 makes it. Passed by value, as NCCL does.</summary>
[InlineArray(Bytes)]
internal struct NcclUniqueId
{
    public const int Bytes = 128;

    private byte first;
}
