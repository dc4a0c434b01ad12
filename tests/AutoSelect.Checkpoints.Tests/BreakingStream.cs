namespace AutoSelect.Checkpoints.Tests;

/// <summary>A file of zeros that cannot be read beyond a place.</summary>
internal sealed class BreakingStream(int length, int breaksAt) : MemoryStream(new byte[length])
{
    public override int Read(Span<byte> buffer) => Checked(base.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(await base.ReadAsync(buffer, cancellationToken));

    private int Checked(int read) => Position > breaksAt ? throw new IOException("the disk has a bad sector") : read;
}
