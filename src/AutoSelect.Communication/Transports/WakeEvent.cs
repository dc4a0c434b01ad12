using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>Something to wait on beside sockets, to be woken from another thread.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    public WakeEvent()
    {
        Descriptor = Native.eventfd(0, 0);
        if (Descriptor < 0) throw new IOException($"The system gave no event descriptor (error {Marshal.GetLastPInvokeError()}).");
    }

    public int Descriptor { get; }

    public void Set()
    {
        var one = 1ul;
        _ = Native.write(Descriptor, &one, sizeof(ulong));
    }

    public void Dispose() => _ = Native.close(Descriptor);
}
