using AutoSelect.Contracts;
using AutoSelect.Device.Tests.Checkpoints;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Device.Tests;

public sealed class TrainingThreadTests
{
    [Fact]
    public void Programs_that_a_killed_process_left_behind_end_before_anything_is_trained()
    {
        using var folder = new TemporaryFolder();
        using var program = LeftBehind.StartProgram(LeftBehind.MakeFolder(folder.Path));
        var options = new ServeOptions
        {
            Device = new DeviceId("cpu-0"),
            Kind = DeviceKind.Cpu,
            Index = 0,
            DataDirectory = "/nonexistent",
            TemporaryFolder = folder.Path,
        };
        using var thread = new TrainingThread(options, meeting: null!, TimeProvider.System, NullLogger<TrainingThread>.Instance);
        thread.Start();
        Assert.True(program.WaitForExit(LoopRun.Patience));
    }
}
