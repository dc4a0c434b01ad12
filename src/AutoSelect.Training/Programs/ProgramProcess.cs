using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The process of a program and all that it starts: a session of its own, whose processes are killed together, and which does not outlive
/// the device process.
/// </summary>
internal sealed partial class ProgramProcess : IDisposable
{
    private const int Terminate = 15, Kill = 9;

    // From util-linux: the first makes the session, the second has the kernel kill the program with the thread that started it.
    private static readonly string[] Guard = ["setsid", "setpriv", "--pdeathsig", "KILL", "--"];

    private readonly Process process;
    private readonly Action<string> onOutput;

    /// <param name="start">What to start, in which folder and environment.</param>
    /// <param name="onOutput">Told of each line of standard output and error, on threads of the pool.</param>
    /// <param name="onExit">Told when it has ended and its output is read.</param>
    /// <exception cref="ProgramNotStartedException">The program cannot be started.</exception>
    public ProgramProcess(ProgramStart start, Action<string> onOutput, Action onExit)
    {
        this.onOutput = onOutput;
        process = new Process { StartInfo = Information(start) };
        process.OutputDataReceived += Tell;
        process.ErrorDataReceived += Tell;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            process.Dispose();
            throw new ProgramNotStartedException(
                $"The program '{start.Words[0]}' cannot be started: {e.Message}. Programs need setsid and setpriv of util-linux.", e);
        }
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = Wait(onExit);
    }

    /// <summary>Exit code, 128 and more for a signal; null while it runs.</summary>
    public int? ExitCode => process.HasExited ? process.ExitCode : null;

    /// <summary>Asks all its processes to end.</summary>
    public void AskToEnd() => Signal(Terminate);

    /// <summary>Ends all its processes.</summary>
    public void End() => Signal(Kill);

    public void Dispose()
    {
        // Also what it left behind.
        End();
        process.WaitForExit();
        process.Dispose();
    }

    private async Task Wait(Action onExit)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        onExit();
    }

    private void Tell(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text) onOutput(text);
    }

    private void Signal(int signal) => _ = SendSignal(-process.Id, signal);

    private static ProcessStartInfo Information(ProgramStart start)
    {
        var information = new ProcessStartInfo(Guard[0], [.. Guard[1..], .. start.Words])
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

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}

/// <summary>What to start.</summary>
/// <param name="Words">The program and its words.</param>
/// <param name="Folder">Its working folder.</param>
/// <param name="Environment">All variables of its environment.</param>
internal sealed record ProgramStart(
    IReadOnlyList<string> Words, string Folder, IReadOnlyDictionary<string, string> Environment);

/// <summary>A program cannot be started; the message says which and why.</summary>
internal sealed class ProgramNotStartedException(string message, Exception inner) : Exception(message, inner);
