using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>Where a tensor's values lie: TorchSharp shows it in host memory alone.</summary>
internal static partial class TensorMemory
{
    /// <summary>Address of the first value, in the memory of the tensor's device.</summary>
    /// <param name="tensor">Contiguous; stays in place as long as it is not disposed.</param>
    public static nint AddressOf(Tensor tensor) => tensor.is_contiguous() ? Data(tensor.Handle) : throw new ArgumentException("The tensor's values do not lie one after another.", nameof(tensor));

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
