using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>How many tensors the process has.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// Counts those that are still referred to. What other tests left to the garbage collector would go away at any moment, and modules
    /// free their tensors in a later round than their own: it collects until nothing goes away any more.
    /// </summary>
    public static long Count()
    {
        for (var (rounds, before) = (0, -1L); rounds < 20 && before != Tensor.TotalCount; rounds++)
        {
            before = Tensor.TotalCount;
            for (var i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        return Tensor.TotalCount;
    }
}
