using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using AutoSelect.Communication;

namespace AutoSelect.Testing;

/// <summary>The stand-ins for NCCL and for the CUDA driver, compiled once for this process into one library: no card takes part.</summary>
public static unsafe class NcclStandIn
{
    /// <summary>Why a test that needs it is skipped where it is missing.</summary>
    public const string Missing = "No gcc: the stand-in for NCCL cannot be compiled.";

    private static readonly Lazy<string?> built = new(Build);

    /// <summary>Its path; null where there is no C compiler.</summary>
    public static string? Path => built.Value;

    /// <summary>It in the place of both libraries.</summary>
    public static CudaLibraries Libraries => new(Path ?? throw new InvalidOperationException(Missing), Path);

    /// <summary>Communicators that were aborted.</summary>
    public static int Aborts => Count("stand_in_aborts");

    /// <summary>Communicators that were given back.</summary>
    public static int Destroys => Count("stand_in_destroys");

    /// <summary>
    /// Calls that the calling thread made since it asked last, such as "record(0)" on the default stream and "all-reduce(1)" on another.
    /// </summary>
    public static string TakeCalls() => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export("stand_in_calls"))())!.TrimEnd();

    /// <summary>Has the collectives that the calling thread asks about from now on end with a failure.</summary>
    /// <param name="result">NCCL's ncclResult_t; 0 for none.</param>
    public static void Fail(int result) => ((delegate* unmanaged<int, void>)Export("stand_in_fail"))(result);

    private static int Count(string name) => ((delegate* unmanaged<int>)Export(name))();

    private static nint Export(string name) => NativeLibrary.GetExport(NativeLibrary.Load(Libraries.Nccl), name);

    private static string? Build()
    {
        var library = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"nccl-stand-in-{Environment.ProcessId}.so");
        var folder = System.IO.Path.Combine(AppContext.BaseDirectory, "Nccl");
        try
        {
            using var compiler = Process.Start(
                "gcc", ["-shared", "-fPIC", "-O1", "-pthread", "-o", library, .. Directory.GetFiles(folder, "*-stand-in.c")]);
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException($"gcc ended with {compiler.ExitCode} on the stand-in in '{folder}'.");
        }
        catch (Win32Exception)
        {
            return null;
        }
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return library;
    }
}
