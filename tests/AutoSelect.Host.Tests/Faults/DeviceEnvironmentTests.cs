using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using AutoSelect.Host.Control;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Faults;

public sealed class DeviceEnvironmentTests
{
    [Fact]
    public async Task A_device_process_is_given_no_connection_string_and_no_key_of_a_person()
    {
        using var folder = new TemporaryFolder();
        string[] secrets = ["AUTOSELECT_DATABASE", "AUTOSELECT_KEY", "PGPASSWORD"];
        foreach (var name in secrets) Environment.SetEnvironmentVariable(name, "secret-of-the-silo");
        try
        {
            using var process = DeviceExecutable.StartDetachedBy(["/bin/sh", "-c", "env"], folder["log"], "serve");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var environment = await File.ReadAllTextAsync(folder["log"], TestContext.Current.CancellationToken);
            Assert.Contains("OMP_NUM_THREADS=1", environment);
            Assert.DoesNotContain("secret-of-the-silo", environment);
        }
        finally
        {
            foreach (var name in secrets) Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>
    /// Native code reads within objects that a finalizer frees. Optimised code lets go of its arguments before the native call returns
    /// (eng/TorchSharp.targets); a program that collects all the time then fails within half a second.
    /// </summary>
    [Fact]
    public void A_device_process_has_a_TorchSharp_that_keeps_what_it_hands_to_native_code()
    {
        const MethodImplAttributes kept = MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization;
        using var file = new PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(DeviceExecutable.Find())!, "TorchSharp.dll")));
        var metadata = file.GetMetadataReader();
        var methods = metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0).ToList();
        Assert.Contains(methods, m => metadata.GetString(m.Name) == "mul");
        Assert.DoesNotContain(methods, m => (m.ImplAttributes & kept) != kept);
    }
}
