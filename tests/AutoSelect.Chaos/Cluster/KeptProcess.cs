using System.Diagnostics;
using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Cluster;

/// <summary>
/// A process that is started again whenever it has ended, as a service manager does: after a fault when the fault is over, else after a
/// second. What it writes goes to a file.
/// </summary>
internal sealed class KeptProcess : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Func<(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)> command;
    private readonly string log;
    private readonly string register;
    private readonly HistoryFile history;
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly Task keeping;
    private Process? process;
    private double downUntil;
    private bool isExpected;

    /// <param name="name">Of it in histories.</param>
    /// <param name="command">What to start, asked each time.</param>
    /// <param name="log">File that its output is appended to.</param>
    /// <param name="register">File that each process is noted in, so that what a killed run left can be ended.</param>
    /// <param name="history">Told of its ends.</param>
    public KeptProcess(
        string name, Func<(string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>)> command, string log, string register,
        HistoryFile history)
    {
        (Name, this.command, this.log, this.register, this.history) = (name, command, log, register, history);
        keeping = Task.Run(Keep);
    }

    public string Name { get; }

    /// <summary>Its id; null while it is down.</summary>
    public int? Id
    {
        get
        {
            lock (gate) return process is { HasExited: false } ? process.Id : null;
        }
    }

    /// <summary>Ends it by SIGKILL with all that it has started, and keeps it down for a while.</summary>
    public void Kill(TimeSpan down)
    {
        lock (gate)
        {
            (downUntil, isExpected) = (HistoryFile.Now + down.TotalSeconds, true);
            Signal(Signals.Kill);
        }
    }

    /// <summary>Sends a signal to it and to all that it has started.</summary>
    public void Signal(int signal)
    {
        lock (gate)
        {
            if (process is not { HasExited: false }) return;
            foreach (var id in (int[])[process.Id, .. Signals.Descendants(process.Id)]) Signals.Send(id, signal);
        }
    }

    /// <summary>Ends it for good: in order first, then by force.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate) isExpected = true;
        await ending.CancelAsync();
        Signal(Signals.Continue);
        lock (gate)
        {
            if (process is { HasExited: false }) Signals.Send(process.Id, Signals.Terminate);
        }
        if (await Task.WhenAny(keeping, Task.Delay(TimeSpan.FromSeconds(10))) != keeping) Signal(Signals.Kill);
        await keeping;
        ending.Dispose();
    }

    private async Task Keep()
    {
        while (!ending.IsCancellationRequested)
        {
            var started = Start();
            await started.WaitForExitAsync();
            bool wasExpected;
            double left;
            lock (gate) (wasExpected, isExpected, left) = (isExpected, false, downUntil - HistoryFile.Now);
            if (!wasExpected)
                history.Add(history.New(EntryKind.Note, Whats.Exit) with { Target = Name, Reason = $"exit code {started.ExitCode}" });
            var wait = left > Pause.TotalSeconds ? TimeSpan.FromSeconds(left) : Pause;
            try
            {
                await Task.Delay(wait, ending.Token);
            }
            catch (OperationCanceledException)
            {
                // For good.
            }
        }
    }

    private Process Start()
    {
        var (program, arguments, environment) = command();
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >> \"$CHAOS_LOG\" 2>&1 < /dev/null", program, .. arguments]);
        start.Environment["CHAOS_LOG"] = log;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        lock (gate)
        {
            process = Process.Start(start)!;
            File.AppendAllText(register, $"{process.Id} {Signals.StartOf(process.Id)}\n");
            return process;
        }
    }
}
