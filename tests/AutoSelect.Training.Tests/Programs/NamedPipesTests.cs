using System.Text;
using AutoSelect.Testing;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

public sealed class NamedPipesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Whoever says that the program has ended and whoever closes the pipes both wait for room in a pipe that a program has filled, with
    /// whatever bytes. Which of them is first is chance: so several times.
    /// </summary>
    [Fact]
    public async Task A_pipe_that_is_full_of_anything_is_closed_and_its_end_told()
    {
        for (var i = 0; i < 20; i++)
        {
            using var folder = new TemporaryFolder();
            using var gate = new ManualResetEventSlim();
            var pipes = new NamedPipes(folder.Path, (_, _) => gate.Wait(Patience, Cancelled), () => { });
            await Fill(pipes.Reports);
            var finished = Task.Run(pipes.Finish, Cancelled);
            var closed = Task.Run(pipes.Dispose, Cancelled);
            gate.Set();
            await Task.WhenAll(finished, closed).WaitAsync(Patience, Cancelled);
        }
    }

    [Fact]
    public async Task Somebody_else_who_reads_from_a_pipe_holds_up_neither_its_end_nor_its_closing()
    {
        for (var i = 0; i < 20; i++)
        {
            using var folder = new TemporaryFolder();
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var pipes = new NamedPipes(folder.Path, (_, _) => { }, ended.SetResult);
            await using var thief = new FileStream(pipes.Reports, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var stealing = Task.Run(() => thief.CopyTo(Stream.Null), Cancelled);
            pipes.Finish();
            await ended.Task.WaitAsync(Patience, Cancelled);
            await Task.Run(pipes.Dispose, Cancelled).WaitAsync(Patience, Cancelled);
            await stealing.WaitAsync(Patience, Cancelled);
        }
    }

    /// <summary>Writes lines of control characters until a whole page does not go in any more, while the reader stands still.</summary>
    private static async Task Fill(string pipe)
    {
        var page = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("\u0004\n", 2048)));
        await using var file = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        // A pipe has room for 16 pages; one more has been read.
        for (var i = 0; i < 17; i++) await Task.Run(() => file.Write(page), Cancelled).WaitAsync(Patience, Cancelled);
    }
}
