namespace AutoSelect.Communication;

/// <summary>A CUDA device of this process, by the context that libtorch uses too; it stays for as long as the process lives.</summary>
internal sealed class CudaDevice
{
    /// <summary>The stream on which libtorch works unless told otherwise.</summary>
    public const nint DefaultStream = 0;

    private readonly nint context;

    /// <param name="index">As libtorch counts.</param>
    /// <exception cref="CudaException">There is no such device, or it cannot be used.</exception>
    public CudaDevice(CudaDriver driver, int index)
    {
        Driver = driver;
        var device = driver.Device(index);
        Uuid = driver.Uuid(device);
        context = driver.RetainPrimaryContext(device);
    }

    public CudaDriver Driver { get; }

    /// <summary>The same for every process that uses the card, and for no other card.</summary>
    public Guid Uuid { get; }

    /// <summary>Makes it the calling thread's: the one that the driver's, the runtime's and NCCL's calls are about.</summary>
    public void MakeCurrent() => Driver.MakeCurrent(context);
}
