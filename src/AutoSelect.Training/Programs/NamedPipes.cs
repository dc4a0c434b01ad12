using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The two named pipes to a program. Both are open in both directions here, so that neither opening nor writing waits for the program, and
/// its end is no end of the pipe: whoever it has started may write on.
/// </summary>
internal sealed class NamedPipes : IDisposable
{
    /// <summary>Bytes that a pipe holds at most, where nobody has allowed more: of whoever writes on no more is read.</summary>
    private const int LargestPipe = 1 << 20;

    /// <summary>Milliseconds after which the reader looks by itself whether anything has changed.</summary>
    private const int LongestWait = 100;

    private readonly Lock saying = new();
    private readonly FileStream reports;
    private readonly FileStream orders;
    private readonly Thread reader;
    private readonly Action onEnd;
    private volatile bool isFinished, isClosed;

    /// <param name="folder">Gets the pipes; must exist.</param>
    /// <param name="onLine">Told of each line, and whether it is cut, on a thread of its own.</param>
    /// <param name="onEnd">Told when all is read that was written before <see cref="Finish"/>.</param>
    /// <exception cref="IOException">A pipe cannot be made.</exception>
    public NamedPipes(string folder, Action<string, bool> onLine, Action onEnd)
    {
        (Reports, Orders) = (Path.Combine(folder, "reports"), Path.Combine(folder, "orders"));
        (reports, orders) = (Make(Reports), Make(Orders));
        this.onEnd = onEnd;
        var lines = new ProgramLines(ProgramProtocol.LongestLine, onLine, endsAtReturn: false);
        reader = new Thread(() => Read(lines)) { IsBackground = true, Name = "program reports" };
        reader.Start();
    }

    public string Reports { get; }

    public string Orders { get; }

    /// <summary>Passes an order on; it gets lost where the program has filled the pipe itself. Thread-safe.</summary>
    public void Say(string order)
    {
        try
        {
            lock (saying) orders.Write(Encoding.UTF8.GetBytes(order + "\n"));
        }
        catch (IOException)
        {
            // Who does not hear is given up in time.
        }
    }

    /// <summary>Has the end told once all is read that is in the pipe now.</summary>
    public void Finish()
    {
        isFinished = true;
        Wake();
    }

    /// <summary>What is in the pipe then is not read any more.</summary>
    public void Dispose()
    {
        isClosed = true;
        Wake();
        reader.Join();
        reports.Dispose();
        orders.Dispose();
    }

    /// <summary>An empty line ends the reader's wait. Where it gets lost, or another reader takes it, the wait ends by itself.</summary>
    private void Wake()
    {
        try
        {
            reports.Write("\n"u8);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Full, so that there is something to read, or closed already.
        }
    }

    private void Read(ProgramLines lines)
    {
        var buffer = new byte[4096];
        var left = LargestPipe;
        while (!isClosed)
        {
            // In this order: what came before the end was told is to be read.
            var isLast = isFinished && left > 0;
            var count = Libc.HasInput(reports.SafeFileHandle, isLast ? 0 : LongestWait) ? TryRead(buffer) : 0;
            lines.Add(buffer.AsSpan(0, count));
            if (isLast && (count == 0 || (left -= count) <= 0))
            {
                left = 0;
                lines.End();
                onEnd();
            }
        }
    }

    private int TryRead(byte[] buffer)
    {
        try
        {
            return reports.Read(buffer);
        }
        catch (IOException)
        {
            // Somebody else has read it.
            return 0;
        }
    }

    private static FileStream Make(string path)
    {
        const int Owner = 0x180; // rw-------
        if (Libc.MakePipe(path, Owner) != 0)
            throw new IOException($"The named pipe '{path}' cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        var handle = new SafeFileHandle(Libc.Open(path, Libc.ReadWrite | Libc.CloseOnExec | Libc.NonBlocking), ownsHandle: true);
        return !handle.IsInvalid ? new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0)
            : throw new IOException($"The named pipe '{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
