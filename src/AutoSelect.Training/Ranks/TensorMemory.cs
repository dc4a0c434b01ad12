using System.Runtime.InteropServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace AutoSelect.Training.Ranks;

/// <summary>Where a tensor's values lie: TorchSharp shows it in host memory alone.</summary>
internal static partial class TensorMemory
{
    /// <summary>Address of the first value, in the memory of the tensor's device.</summary>
    /// <param name="tensor">Contiguous; stays in place as long as it is not disposed.</param>
    public static nint AddressOf(Tensor tensor) => tensor.is_contiguous() ? Data(tensor.Handle)
        : throw new ArgumentException("The tensor's values do not lie one after another.", nameof(tensor));

    /// <summary>Copies a tensor times a factor to another of its shape; in host memory in one go.</summary>
    public static void CopyScaled(Tensor from, double factor, Tensor to)
    {
        if (IsOnHost(from) && IsOnHost(to)) TensorPrimitives.Multiply(Values(from), (float)factor, Values(to));
        else to.copy_(from).mul_(factor);
    }

    private static bool IsOnHost(Tensor tensor) =>
        tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    private static unsafe Span<float> Values(Tensor tensor) => new((void*)AddressOf(tensor), checked((int)tensor.numel()));

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
