using System.Text;

namespace AutoSelect.Training.Programs;

/// <summary>Cuts what a program writes into lines, of which none gets longer than it may. Not thread-safe.</summary>
/// <param name="longest">Bytes of a line at most.</param>
/// <param name="onLine">Told of each line but empty ones: its beginning, and whether there was more.</param>
/// <param name="endsAtReturn">True where a carriage return ends a line too, as progress bars write it.</param>
internal sealed class ProgramLines(int longest, Action<string, bool> onLine, bool endsAtReturn)
{
    private readonly byte[] line = new byte[longest];
    private int length;
    private bool isCut;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = endsAtReturn ? bytes.IndexOfAny((byte)'\n', (byte)'\r') : bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            var taken = Math.Min(part.Length, longest - length);
            part[..taken].CopyTo(line.AsSpan(length));
            (length, isCut) = (length + taken, isCut || taken < part.Length);
            if (end < 0) return;
            End();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>What has come is a line, if there is any.</summary>
    public void End()
    {
        var (text, wasCut) = (Encoding.UTF8.GetString(line.AsSpan(0, length)), isCut);
        (length, isCut) = (0, false);
        if (text.Length > 0 || wasCut) onLine(text, wasCut);
    }
}
