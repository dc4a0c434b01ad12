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
    // Lines of our own among those of the program, which cannot know them.
    private readonly string end = $"end {Guid.NewGuid():N}";
    private readonly string closed = $"closed {Guid.NewGuid():N}";

    private readonly Lock saying = new();
    private readonly FileStream reports;
    private readonly FileStream orders;
    private readonly Thread reader;
    private bool isClosed;

    /// <param name="folder">Gets the pipes; must exist.</param>
    /// <param name="onLine">Told of each line, and whether it is cut, on a thread of its own.</param>
    /// <param name="onEnd">Told when all is read that was written before <see cref="Finish"/>.</param>
    /// <exception cref="IOException">A pipe cannot be made.</exception>
    public NamedPipes(string folder, Action<string, bool> onLine, Action onEnd)
    {
        (Reports, Orders) = (Path.Combine(folder, "reports"), Path.Combine(folder, "orders"));
        (reports, orders) = (Make(Reports, 0), Make(Orders, Libc.NonBlocking));
        var lines = new ProgramLines(ProgramProtocol.LongestLine, (line, isCut) =>
        {
            if (line == closed) isClosed = true;
            else if (line == end) onEnd();
            else onLine(line, isCut);
        }, endsAtReturn: false);
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

    /// <summary>Has the end told once all is read that is in the pipe now. Waits where that is much.</summary>
    public void Finish()
    {
        try
        {
            Mark(end);
        }
        catch (ObjectDisposedException)
        {
            // The segment is over.
        }
    }

    /// <summary>To be called when nobody writes any more.</summary>
    public void Dispose()
    {
        // The reader reads on until then, so that there is room for it.
        Mark(closed);
        reader.Join();
        reports.Dispose();
        orders.Dispose();
    }

    private void Mark(string line) => reports.Write(Encoding.UTF8.GetBytes($"\n{line}\n"));

    private void Read(ProgramLines lines)
    {
        var buffer = new byte[4096];
        while (!isClosed) lines.Add(buffer.AsSpan(0, reports.Read(buffer)));
    }

    private static FileStream Make(string path, int flags)
    {
        const int Owner = 0x180; // rw-------
        if (Libc.MakePipe(path, Owner) != 0)
            throw new IOException($"The named pipe '{path}' cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        var handle = new SafeFileHandle(Libc.Open(path, Libc.ReadWrite | Libc.CloseOnExec | flags), ownsHandle: true);
        return !handle.IsInvalid ? new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0)
            : throw new IOException($"The named pipe '{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
