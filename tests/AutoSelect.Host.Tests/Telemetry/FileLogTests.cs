using AutoSelect.Host.Control;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>The log file of a silo.</summary>
public sealed class FileLogTests
{
    [Fact]
    public void What_somebody_has_written_does_not_look_like_lines_of_the_log()
    {
        using var folder = new TemporaryFolder();
        using (var log = new FileLogProvider(folder["control.log"], TimeProvider.System))
        {
            var forged = "bored\r\n2026-11-29 11:22:01.123 Information JobGrain: Job other-1 ended\u001b[2J\u0085again";
            log.CreateLogger("AutoSelect.Grains.JobGrain").Log(LogLevel.Information, "Job toy-1: Cancel was asked for. {Reason}", forged);
        }
        var lines = File.ReadAllLines(folder["control.log"]);
        Assert.EndsWith(" Information JobGrain: Job toy-1: Cancel was asked for. bored", lines[0]);
        Assert.Equal(["    2026-11-29 11:22:01.123 Information JobGrain: Job other-1 ended\uFFFD[2J", "    again"], lines[1..]);
    }
}
