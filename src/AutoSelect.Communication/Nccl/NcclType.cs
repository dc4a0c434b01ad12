namespace AutoSelect.Communication;

/// <summary>Types of values in device memory, with NCCL's numbers.</summary>
public enum NcclType
{
    Fp16 = 6,
    Fp32 = 7,
    Bf16 = 9,
}
