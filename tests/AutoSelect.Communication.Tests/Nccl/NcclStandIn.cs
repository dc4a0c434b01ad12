using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication.Tests;

/// <summary>nccl-stand-in.c, compiled once for this process: it is not NCCL, and no card takes part.</summary>
internal static unsafe class NcclStandIn
{
    private static readonly Lazy<string?> built = new(Build);

    /// <summary>Its path; skips the test where there is no C compiler.</summary>
    public static string Path
    {
        get
        {
            Assert.SkipWhen(built.Value is null, "No gcc: the stand-in for NCCL cannot be compiled.");
            return built.Value!;
        }
    }

    public static int Aborts => Count("stand_in_aborts");

    public static int Destroys => Count("stand_in_destroys");

    public static nint LastStream => ((delegate* unmanaged<nint>)Export("stand_in_last_stream"))();

    private static int Count(string name) => ((delegate* unmanaged<int>)Export(name))();

    private static nint Export(string name) => NativeLibrary.GetExport(NativeLibrary.Load(Path), name);

    private static string? Build()
    {
        var library = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"nccl-stand-in-{Environment.ProcessId}.so");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "Nccl", "nccl-stand-in.c");
        try
        {
            using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O1", "-pthread", "-o", library, source]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (Win32Exception)
        {
            return null;
        }
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return library;
    }
}
