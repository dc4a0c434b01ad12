using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The process of a program and all that it starts: a session of its own, whose processes are killed together, and which does not outlive
/// the device process.
/// </summary>
internal sealed class ProgramProcess : IDisposable
{
    /// <summary>Bytes of a line of output that are looked at.</summary>
    private const int LongestLine = 16_384;

    /// <summary>Programs that one account may have at their limits at once.</summary>
    private const ulong ProgramsOfAccount = 4;

    /// <summary>What is left of the output of a program that has ended is waited for so long.</summary>
    private static readonly TimeSpan ToDrain = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly ProgramStart start;
    private readonly long mark = ProgramMark.New();
    private readonly TimeProvider time;
    private readonly Lock ending = new();
    private bool hasEnded;
    private long exitedAt;

    /// <param name="start">What to start, in which folder and environment.</param>
    /// <param name="onOutput">Told of each line of standard output and error, on other threads.</param>
    /// <param name="onExit">Told when it has ended, with all it has started, and its output is read.</param>
    /// <param name="time">Clock of waits.</param>
    /// <exception cref="ProgramNotStartedException">The program cannot be started.</exception>
    public ProgramProcess(ProgramStart start, Action<string> onOutput, Action onExit, TimeProvider time)
    {
        (this.start, this.time) = (start, time);
        process = new Process { StartInfo = Information(start, mark) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new ProgramNotStartedException(start.Words[0], e);
        }
        PreferForMemory();
        process.StandardInput.Close();
        _ = Watch(
            [StartReading(process.StandardOutput.BaseStream, onOutput), StartReading(process.StandardError.BaseStream, onOutput)], onExit);
    }

    /// <summary>Exit code, 128 and more for a signal; null while it runs.</summary>
    public int? ExitCode => process.HasExited ? process.ExitCode : null;

    /// <summary>When it has ended, as a timestamp of the clock; 0 while it runs.</summary>
    public long ExitedAt => Volatile.Read(ref exitedAt);

    /// <summary>Its processes and threads.</summary>
    public int Count() => ProgramProcesses.Count(mark);

    /// <summary>Bytes of files that its processes have removed and hold open.</summary>
    public long RemovedBytes() => ProgramProcesses.RemovedBytes(start.Root, mark);

    /// <summary>Asks all its processes to end.</summary>
    public void AskToEnd() => _ = Libc.SendSignal(-process.Id, Libc.Terminate);

    /// <summary>Ends all its processes, also those that have left its session.</summary>
    public void Dispose()
    {
        EndAll();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>
    /// Ends all its processes; once, and to its end before anybody goes on: what is started next in the same place would be killed too.
    /// </summary>
    public void EndAll()
    {
        lock (ending)
        {
            if (hasEnded) return;
            _ = Libc.SendSignal(-process.Id, Libc.Kill);
            ProgramProcesses.End(start.Root, mark);
            hasEnded = true;
        }
    }

    private async Task Watch(Task[] reads, Action onExit)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        Volatile.Write(ref exitedAt, time.GetTimestamp());
        // What it left behind holds its output open.
        EndAll();
        await Task.WhenAny(Task.WhenAll(reads), Task.Delay(ToDrain, time, CancellationToken.None));
        onExit();
    }

    /// <summary>
    /// Reads lines on other threads from the first one on: where there is output already, and nobody who takes it before this returns, the
    /// caller would wait for himself.
    /// </summary>
    internal static Task StartReading(Stream stream, Action<string> onOutput) => Task.Run(() => Read(stream, onOutput));

    private static async Task Read(Stream stream, Action<string> onOutput)
    {
        var lines = new ProgramLines(LongestLine, (line, _) => onOutput(line), endsAtReturn: true);
        var buffer = new byte[LongestLine];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count) lines.Add(buffer.AsSpan(0, count));
            lines.End();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The segment is over.
        }
    }

    /// <summary>
    /// The kernel counts all that an account has on the machine, also what other devices have started for it: one program that multiplies
    /// is seen before it takes from the others what they may have.
    /// </summary>
    private static string AccountLimit(ProgramStart start)
    {
        var own = Libc.LimitOf(0, Libc.ProcessLimit) ?? ulong.MaxValue;
        return string.Create(CultureInfo.InvariantCulture, $"--nproc={Math.Min(own, ProgramsOfAccount * (ulong)start.ProcessLimit)}");
    }

    /// <summary>Where the machine's memory runs out, the program is ended before anybody else.</summary>
    private void PreferForMemory()
    {
        try
        {
            File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/oom_score_adj"), "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended already, or there is no such thing.
        }
    }

    // The first makes the session, the second keeps a file from filling the disk, and an account's processes from filling the machine's
    // table, before anybody looks, and marks the processes, the third has the kernel kill the program with the thread that started it.
    private static ProcessStartInfo Information(ProgramStart start, long mark)
    {
        string[] guard =
        [
            "prlimit", $"--fsize={start.DiskBytes}", "--core=0", $"{ProgramMark.Option}={mark}",
            .. start.Account is null ? Array.Empty<string>() : [AccountLimit(start)],
            "setpriv", "--pdeathsig", "KILL", .. start.Account?.Words ?? [], "--",
        ];
        var information = new ProcessStartInfo("setsid", [.. guard, .. start.Words])
        {
            WorkingDirectory = start.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        information.Environment.Clear();
        foreach (var (name, value) in start.Environment) information.Environment[name] = value;
        return information;
    }
}

/// <summary>What to start.</summary>
/// <param name="Words">The program and its words.</param>
/// <param name="Folder">Its working folder.</param>
/// <param name="Environment">All variables of its environment.</param>
/// <param name="Root">Holds its pipes.</param>
/// <param name="DiskBytes">Bytes that no file of it may exceed.</param>
/// <param name="ProcessLimit">
/// Processes and threads that it may have at once; the kernel allows an account of its own four times as many.
/// </param>
/// <param name="Account">Whom it runs as; null for the account of this process.</param>
internal sealed record ProgramStart(
    IReadOnlyList<string> Words, string Folder, IReadOnlyDictionary<string, string> Environment, string Root, long DiskBytes,
    int ProcessLimit, ProgramAccount? Account);
