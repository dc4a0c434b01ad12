namespace AutoSelect.Communication;

/// <summary>A point on the stream of <see cref="CudaCollectives"/>, set anew each time collectives are queued with it.</summary>
public sealed class CudaMark
{
    internal CudaMark(nint mark) => Event = mark;

    /// <summary>The driver's event.</summary>
    internal nint Event { get; }
}
