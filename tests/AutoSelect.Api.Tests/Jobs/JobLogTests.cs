using System.Text;
using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests.Jobs;

/// <summary>What is shown of logs, which hold lines of all jobs and of all projects.</summary>
public sealed class JobLogTests : IDisposable
{
    private const string Head = "2026-11-29 11:22:01.123 Information JobGrain: ";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Logs_show_the_lines_of_a_job_alone()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var log = Path.Combine(Directory.CreateDirectory(served["logs"]).FullName, "control.log");
        await File.WriteAllTextAsync(
            log, $"{Head}Job toy-1 is attended to\n{Head}Job toy-12: x\n{Head}Job my-toy-1: x\n{Head}Job toy-1", Ct);
        Assert.Equal([$"{Head}Job toy-1 is attended to"], await client.ReadLogs(job, follows: false, Ct).ToListAsync(Ct));
        await File.AppendAllTextAsync(log, " ends\n", Ct);
        await served.End(job);
        var all = await client.ReadLogs(job, follows: true, Ct).ToListAsync(Ct);
        Assert.Equal([$"{Head}Job toy-1 is attended to", $"{Head}Job toy-1 ends"], all);
    }

    [Theory]
    [InlineData("2026-11-29 11:22:01.123 Information JobGrain: Job node7-cuda-1: t01 runs on node8-cuda-1, steps 0 to 10", true)]
    [InlineData("11:22:01.123 info: AutoSelect.Device.TrainingThread[1203] Job node7-cuda-1: t01 (sgd), steps 0 to 10", true)]
    [InlineData("2026-11-29 11:22:01.123 Information JobGrain: Job secret-5: t01 runs on node7-cuda-1, steps 0 to 10", false)]
    [InlineData("2026-11-29 11:22:01.123 Information JobGrain: Job secret-5: Cancel was asked for. Job node7-cuda-1: x", false)]
    [InlineData("2026-11-29 11:22:01.123 Information DevicePoolGrain: Device node7-cuda-1 joined: A100", false)]
    [InlineData("    2026-11-29 11:22:01.123 Information JobGrain: Job node7-cuda-1 ended", false)]
    [InlineData("Job node7-cuda-1: written by whoever has the device", false)]
    public void A_job_that_is_called_as_a_device_is_sees_nothing_of_others(string line, bool isShown)
    {
        File.WriteAllText(folder["control.log"], line + "\n");
        Assert.Equal(isShown ? [line] : [], new JobLogLines(folder.Path, new JobId("node7-cuda-1")).Next());
    }

    [Fact]
    public void A_long_log_is_read_a_line_at_a_time()
    {
        var filler = new byte[16 << 20];
        Encoding.UTF8.GetBytes("the first\n").CopyTo(filler, 0);
        File.WriteAllBytes(folder["control.log"], filler);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("the first", new LogReader(folder["control.log"]).Next().First());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Lines_are_told_once_whole_and_in_order_wherever_the_reading_stops()
    {
        var path = folder["control.log"];
        var (reader, expected, told) = (new LogReader(path), new List<string>(), new List<string>());
        for (var i = 0; i < 40; i++)
        {
            // Two bytes a character, so that some end on either side of a block.
            expected.Add(new string('é', 997) + i);
            var bytes = Encoding.UTF8.GetBytes(expected[i] + "\n");
            using (var log = new FileStream(path, FileMode.Append)) log.Write(bytes.AsSpan(0, bytes.Length / 2));
            if (i % 3 == 0) told.AddRange(reader.Next());
            using (var log = new FileStream(path, FileMode.Append)) log.Write(bytes.AsSpan(bytes.Length / 2));
        }
        Assert.Equal(expected, [.. told, .. reader.Next()]);
        Assert.Empty(reader.Next());
    }

    [Fact]
    public void A_line_that_is_too_long_is_cut_once_and_the_next_one_is_whole()
    {
        var path = folder["control.log"];
        var reader = new LogReader(path);
        File.WriteAllText(path, $"one\n{new string('x', 5 * LogReader.LongestLine)}");
        Assert.Equal(["one", new string('x', LogReader.LongestLine) + " …"], reader.Next());
        File.AppendAllText(path, $"{new string('y', LogReader.LongestLine)}\ntwo\n");
        Assert.Equal(["two"], reader.Next());
        File.WriteAllText(path, "anew\n");
        Assert.Equal(["anew"], reader.Next());
    }
}
