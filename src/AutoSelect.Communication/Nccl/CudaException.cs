namespace AutoSelect.Communication;

/// <summary>A call of the CUDA driver failed.</summary>
public sealed class CudaException(string call, int result, string explanation)
    : Exception($"{call} failed with result {result}: {explanation}.")
{
    /// <summary>The driver's CUresult.</summary>
    public int Result { get; } = result;
}
