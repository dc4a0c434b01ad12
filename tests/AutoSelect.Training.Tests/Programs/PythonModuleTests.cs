using System.Diagnostics;
using AutoSelect.Testing;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>Runs the tests of the module for Python, and of the callbacks against fakes of the trainers that they are for.</summary>
public class PythonModuleTests
{
    [Fact]
    public async Task Its_own_tests_pass()
    {
        var tests = Path.Combine(SourceTree.Root, "clients", "python", "tests");
        var start = new ProcessStartInfo("python3", ["-m", "unittest", "discover", tests])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
        Assert.Matches("Ran [1-9][0-9] tests", said);
    }
}
