using System.Runtime.InteropServices;
using TorchSharp;

namespace AutoSelect.Training.Modification;

/// <summary>
/// libtorch's autocast, which TorchSharp does not show: within it matrix products and convolutions cast their inputs to bf16, and
/// operations that need the range or the digits stay in fp32. Weights, gradients and state stay fp32. Thread-local, as the training thread
/// is.
/// </summary>
/// <remarks>The functions are C++ symbols of libtorch 2.x, bound by their mangled names; <see cref="Unavailable"/> says when another
/// libtorch lacks them.</remarks>
internal static partial class Autocast
{
    private const string Library = "torch_cpu";
    private const sbyte BFloat16 = 15;

    /// <summary>Why autocast cannot be used here; null when it can.</summary>
    public static string? Unavailable { get; } = Probe();

    /// <summary>Turns bf16 on until the result is disposed.</summary>
    /// <exception cref="NotSupportedException">This libtorch has no such functions.</exception>
    public static Region Bf16(DeviceType device)
    {
        if (Unavailable is { } reason) throw new NotSupportedException($"bf16 cannot be had: {reason}");
        SetDtype((sbyte)device, BFloat16);
        _ = Increment();
        SetEnabled((sbyte)device, true);
        return new Region((sbyte)device);
    }

    /// <summary>One stretch of code under autocast.</summary>
    public readonly ref struct Region
    {
        private readonly sbyte device;

        internal Region(sbyte device) => this.device = device;

        public void Dispose()
        {
            SetEnabled(device, false);
            // Weights cast once per region are cached; they would be stale after the update.
            if (Decrement() == 0) ClearCache();
        }
    }

    private static string? Probe()
    {
        try
        {
            // Loads libtorch where nothing has yet, so that its symbols can be found by the library's bare name.
            using var one = torch.ones(1);
            SetEnabled((sbyte)DeviceType.CPU, false);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return $"libtorch does not offer autocast ({e.Message})";
        }
    }

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb")]
    private static partial void SetEnabled(sbyte device, [MarshalAs(UnmanagedType.U1)] bool enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE")]
    private static partial void SetDtype(sbyte device, sbyte type);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast17increment_nestingEv")]
    private static partial int Increment();

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast17decrement_nestingEv")]
    private static partial int Decrement();

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast11clear_cacheEv")]
    private static partial void ClearCache();
}
