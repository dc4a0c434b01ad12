using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>
/// What is needed of the CUDA driver's C API (streams and events, which TorchSharp does not show), of the library that is found when it is
/// first asked for.
/// </summary>
internal sealed unsafe class CudaDriver
{
    public const string DefaultName = "libcuda.so.1";

    // CU_STREAM_NON_BLOCKING: not ordered against the default stream but by events; CU_EVENT_DISABLE_TIMING.
    private const uint NonBlocking = 1, WithoutTiming = 2;

    private readonly string name;
    private readonly nint handle;
    private readonly delegate* unmanaged<int, byte**, int> getErrorString;
    private readonly delegate* unmanaged<int*, int, int> deviceGet;
    private readonly delegate* unmanaged<Guid*, int, int> deviceGetUuid;
    private readonly delegate* unmanaged<nint*, int, int> primaryContextRetain;
    private readonly delegate* unmanaged<nint, int> contextSetCurrent, streamSynchronize, streamDestroy, eventDestroy;
    private readonly delegate* unmanaged<nint*, uint, int> streamCreate, eventCreate;
    private readonly delegate* unmanaged<nint, nint, int> eventRecord;
    private readonly delegate* unmanaged<nint, nint, uint, int> streamWaitEvent;

    /// <param name="name">A path, or a name that the loader looks for.</param>
    /// <exception cref="DllNotFoundException">There is no such library.</exception>
    /// <exception cref="EntryPointNotFoundException">It is not a driver for CUDA 11 or later.</exception>
    /// <exception cref="CudaException">The driver finds no device it can use.</exception>
    public CudaDriver(string name = DefaultName)
    {
        this.name = name;
        if (!NativeLibrary.TryLoad(name, out handle))
            throw new DllNotFoundException($"'{name}' was not found: it comes with NVIDIA's driver.");
        getErrorString = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorString");
        deviceGet = (delegate* unmanaged<int*, int, int>)Export("cuDeviceGet");
        deviceGetUuid = (delegate* unmanaged<Guid*, int, int>)Export("cuDeviceGetUuid");
        primaryContextRetain = (delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain");
        contextSetCurrent = (delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent");
        streamCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuStreamCreate");
        streamSynchronize = (delegate* unmanaged<nint, int>)Export("cuStreamSynchronize");
        streamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Export("cuStreamWaitEvent");
        streamDestroy = (delegate* unmanaged<nint, int>)Export("cuStreamDestroy_v2");
        eventCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuEventCreate");
        eventRecord = (delegate* unmanaged<nint, nint, int>)Export("cuEventRecord");
        eventDestroy = (delegate* unmanaged<nint, int>)Export("cuEventDestroy_v2");
        Check("cuInit", ((delegate* unmanaged<uint, int>)Export("cuInit"))(0));
    }

    /// <param name="index">As libtorch numbers devices.</param>
    public int Device(int index)
    {
        int device;
        Check("cuDeviceGet", deviceGet(&device, index));
        return device;
    }

    public Guid Uuid(int device)
    {
        Guid uuid;
        Check("cuDeviceGetUuid", deviceGetUuid(&uuid, device));
        return uuid;
    }

    public nint RetainPrimaryContext(int device)
    {
        nint context;
        Check("cuDevicePrimaryCtxRetain", primaryContextRetain(&context, device));
        return context;
    }

    public void MakeCurrent(nint context) => Check("cuCtxSetCurrent", contextSetCurrent(context));

    public nint CreateStream()
    {
        nint stream;
        Check("cuStreamCreate", streamCreate(&stream, NonBlocking));
        return stream;
    }

    /// <summary>Waits on the host.</summary>
    public void Synchronize(nint stream) => Check("cuStreamSynchronize", streamSynchronize(stream));

    /// <summary>What is put on the stream from now on waits for what the event was last recorded after.</summary>
    public void Wait(nint stream, nint recorded) => Check("cuStreamWaitEvent", streamWaitEvent(stream, recorded, 0));

    public void DestroyStream(nint stream) => Check("cuStreamDestroy", streamDestroy(stream));

    public nint CreateEvent()
    {
        nint made;
        Check("cuEventCreate", eventCreate(&made, WithoutTiming));
        return made;
    }

    /// <summary>Marks what is on the stream now.</summary>
    public void Record(nint mark, nint stream) => Check("cuEventRecord", eventRecord(mark, stream));

    public void DestroyEvent(nint mark) => Check("cuEventDestroy", eventDestroy(mark));

    private void Check(string call, int result)
    {
        if (result == 0) return;
        byte* text = null;
        _ = getErrorString(result, &text);
        throw new CudaException(call, result, Marshal.PtrToStringUTF8((nint)text) ?? "no explanation");
    }

    private nint Export(string function) => NativeLibrary.TryGetExport(handle, function, out var address)
        ? address
        : throw new EntryPointNotFoundException($"'{name}' has no function {function}; NVIDIA's driver for CUDA 11 or later has it.");
}
