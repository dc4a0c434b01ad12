using System.Runtime.InteropServices;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>
/// Switches libtorch's optimizer of TorchScript graphs off around a forward pass. It rewrites a graph after watching its first calls, so
/// what is computed would depend on what the process did before; without it every operation is the one that eager PyTorch runs, in a
/// resumed run too. On a CPU, where it fuses nothing, a step without it took .6 to .7 of the time.
/// </summary>
/// <remarks>The switch belongs to the thread. TorchSharp 0.107 does not wrap it; the functions are exported by libtorch.</remarks>
internal static partial class GraphOptimizer
{
    private const string Library = "libtorch_cpu";

    /// <summary>Off until the region is disposed of, on the same thread.</summary>
    public static Region Off()
    {
        var before = IsOn();
        Set(false);
        return new Region(before);
    }

    /// <summary>A forward pass without the optimizer.</summary>
    public readonly ref struct Region
    {
        private readonly bool before;

        internal Region(bool before) => this.before = before;

        public void Dispose() => Set(before);
    }

    [LibraryImport(Library, EntryPoint = "_ZN5torch3jit24getGraphExecutorOptimizeEv")]
    [return: MarshalAs(UnmanagedType.U1)]
    private static partial bool IsOn();

    [LibraryImport(Library, EntryPoint = "_ZN5torch3jit24setGraphExecutorOptimizeEb")]
    private static partial void Set([MarshalAs(UnmanagedType.U1)] bool on);
}
