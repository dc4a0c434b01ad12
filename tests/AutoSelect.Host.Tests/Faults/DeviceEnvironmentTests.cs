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
}
