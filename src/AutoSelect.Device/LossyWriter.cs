using System.Text;

namespace AutoSelect.Device;

/// <summary>Writes log lines and loses them when the disk is full: a log must not end the training it tells of.</summary>
internal sealed class LossyWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // The control side reports a full disk where it matters: at checkpoints and in the store.
        }
    }
}
