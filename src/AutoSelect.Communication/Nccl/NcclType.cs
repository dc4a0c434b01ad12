namespace AutoSelect.Communication;

/// <summary>Types of values in device memory, with NCCL's numbers.</summary>
public enum NcclType
{
    Fp16 = 6,
    Fp32 = 7,
    Bf16 = 9,
}

/// <summary>Sizes of the types.</summary>
public static class NcclTypeSize
{
    /// <summary>Bytes of a value.</summary>
    public static int Bytes(this NcclType type) => type == NcclType.Fp32 ? 4 : 2;
}
