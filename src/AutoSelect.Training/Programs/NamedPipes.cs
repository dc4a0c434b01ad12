using System.Runtime.InteropServices;
using System.Text;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The two named pipes to a program. Both are open in both directions here, so that neither opening nor writing waits for the program, and
/// its end is no end of the pipe: whoever it has started may write on.
/// </summary>
internal sealed partial class NamedPipes : IDisposable
{
    // Ends the reader: no JSON begins with it.
    private const string Mark = "\u0004";

    private readonly FileStream reports;
    private readonly FileStream orders;
    private readonly Thread reader;
    private volatile bool isClosing;

    /// <param name="folder">Gets the pipes; must exist.</param>
    /// <param name="onLine">Told of each line, and of null where one is too long, on a thread of its own.</param>
    /// <param name="onEnd">Told when all is read that was written before <see cref="Finish"/>.</param>
    /// <exception cref="IOException">A pipe cannot be made.</exception>
    public NamedPipes(string folder, Action<string?> onLine, Action onEnd)
    {
        (Reports, Orders) = (Path.Combine(folder, "reports"), Path.Combine(folder, "orders"));
        (reports, orders) = (Make(Reports), Make(Orders));
        reader = new Thread(() => Read(onLine, onEnd)) { IsBackground = true, Name = "program reports" };
        reader.Start();
    }

    public string Reports { get; }

    public string Orders { get; }

    /// <summary>Passes an order on; a few at most, for a program that never reads must not fill the pipe.</summary>
    public void Say(string order) => orders.Write(Encoding.UTF8.GetBytes(order + "\n"));

    /// <summary>Has the end told once all is read that is in the pipe now.</summary>
    public void Finish() => reports.Write(Encoding.UTF8.GetBytes($"\n{Mark}\n"));

    public void Dispose()
    {
        isClosing = true;
        Finish();
        reader.Join();
        reports.Dispose();
        orders.Dispose();
        File.Delete(Reports);
        File.Delete(Orders);
    }

    private void Read(Action<string?> onLine, Action onEnd)
    {
        var line = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var count = reports.Read(buffer);
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != '\n')
                {
                    if (line.Count <= ProgramProtocol.LongestLine) line.Add(buffer[i]);
                    continue;
                }
                var text = Encoding.UTF8.GetString([.. line]);
                if (text == Mark)
                {
                    if (isClosing) return;
                    onEnd();
                }
                else if (line.Count > ProgramProtocol.LongestLine) onLine(null);
                else if (text.Length > 0) onLine(text);
                line.Clear();
            }
        }
    }

    private static FileStream Make(string path)
    {
        const int Owner = 0x180; // rw-------
        if (MakePipe(path, Owner) != 0)
            throw new IOException($"The named pipe '{path}' cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, int mode);
}
