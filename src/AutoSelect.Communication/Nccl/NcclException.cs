namespace AutoSelect.Communication;

/// <summary>A call of NCCL failed.</summary>
public sealed class NcclException(string call, int result, string explanation)
    : Exception($"{call} failed with result {result}: {explanation}.")
{
    /// <summary>NCCL's ncclResult_t.</summary>
    public int Result { get; } = result;
}
