using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>What a program may take of its machine.</summary>
public sealed class ProgramLimitTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ProgramJob job = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => job.Dispose();

    [Fact]
    public void Files_that_it_has_removed_and_holds_open_count_once_in_what_it_writes()
    {
        var report = job.Run("""
            for f in 3 4; do eval "exec $f> f"; rm f; truncate -s 1000000 /proc/$$/fd/$f; done
            sleep 1000 & exec 5> f; rm f; truncate -s 1000000 /proc/$$/fd/5; order
            """, disk: 2 << 20);
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("folders hold 3000000 bytes: they may hold 2097152 (workload.disk)", report.Reason);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("setsid bash")]
    public async Task One_that_multiplies_is_failed_and_ended_and_another_beside_it_goes_on(string start)
    {
        using var other = new ProgramJob();
        var (isUnderWay, mayEnd) = (new TaskCompletionSource(), Path.Combine(other.Folder, "end"));
        other.OnPoint(_ => isUnderWay.TrySetResult());
        var beside = Task.Run(
            () => other.Run($"say '{{\"step\":10,\"accuracy\":0.1}}'; until [ -e '{mayEnd}' ]; do sleep 0.05; done; save 100"), Cancelled);
        await isUnderWay.Task.WaitAsync(Patience, Cancelled);
        // Each starts two others, to 127 of them that stay; 128 more start another and end, and so do these, for a while.
        File.WriteAllText(Path.Combine(job.Folder, "bomb.sh"), $$"""
            if [ $1 = 0 ]; then
              [ $2 = 0 ] || { {{start}} "$0" 0 $(($2 - 1)) & exit; }
            else
              {{start}} "$0" $(($1 - 1)) $2 & {{start}} "$0" $(($1 - 1)) $2 &
            fi
            exec sleep 1000
            """);
        var report = await Task.Run(() => job.Run("""
            say '{"hello":1}'; bash "$(dirname "$0")/bomb.sh" 7 20
            """, processes: 32), Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Matches("^The program has [0-9]+ processes and threads: it may have 32 \\(workload.processes\\)[.]", report.Reason);
        Assert.Equal([], job.Left());
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
        Assert.False(beside.IsCompleted, "the program beside it has ended");
        File.WriteAllText(mayEnd, "");
        var well = await beside.WaitAsync(Patience, Cancelled);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (well.End, well.Reason));
    }

    [Fact]
    public void Threads_count_as_processes_do()
    {
        var report = job.Run("""
            exec python3 -c '
            import threading
            for _ in range(100): threading.Thread(target=threading.Event().wait, daemon=True).start()
            threading.Event().wait()'
            """, processes: 64);
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Matches("^The program has [0-9]+ processes and threads: it may have 64 ", report.Reason);
    }

    [Fact]
    public void As_the_account_of_the_device_process_the_kernel_limits_it_as_that()
    {
        var own = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max processes", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var report = job.Run("echo $(ulimit -Su) $(ulimit -Hu); exit 3", processes: 100);
        Assert.EndsWith($"{own[2]} {own[3]}", report.Reason, StringComparison.Ordinal);
    }
}
