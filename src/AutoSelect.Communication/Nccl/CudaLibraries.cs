namespace AutoSelect.Communication;

/// <summary>The libraries that collectives between CUDA devices need: paths, or names that the system's loader looks for.</summary>
/// <param name="Nccl">NVIDIA's NCCL 2.7 or later. Default "libnccl.so.2".</param>
/// <param name="Driver">NVIDIA's driver. Default "libcuda.so.1".</param>
public sealed record CudaLibraries(string Nccl = NcclLibrary.DefaultName, string Driver = CudaDriver.DefaultName);
