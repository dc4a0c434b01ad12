using System.ComponentModel;
using System.Text;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

public sealed class ProgramProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, SegmentEnd.Failed, "need setsid")]
    [InlineData(11, SegmentEnd.DeviceLost, "no processes or no memory")]
    [InlineData(12, SegmentEnd.DeviceLost, "no processes or no memory")]
    public void One_that_cannot_be_started_for_want_of_processes_or_memory_is_tried_again(int error, SegmentEnd end, string reason)
    {
        var fault = new ProgramNotStartedException("train.py", new Win32Exception(error));
        Assert.Equal(end, fault.End);
        Assert.Contains(reason, fault.Message);
    }

    [Fact]
    public async Task Whoever_starts_a_program_does_not_wait_for_somebody_to_take_its_output()
    {
        using var gate = new ManualResetEventSlim();
        using var output = new MemoryStream(Encoding.ASCII.GetBytes("one\ntwo\n"));
        var lines = new List<string>();
        var started = Task.Run(() => new[] { ProgramProcess.StartReading(output, Take) }, Cancelled);
        var reading = (await started.WaitAsync(Patience, Cancelled))[0];
        Assert.Empty(lines);
        gate.Set();
        await reading.WaitAsync(Patience, Cancelled);
        Assert.Equal(["one", "two"], lines);

        void Take(string line)
        {
            gate.Wait(2 * Patience, Cancelled);
            lines.Add(line);
        }
    }
}
