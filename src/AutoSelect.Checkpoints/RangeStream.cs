namespace AutoSelect.Checkpoints;

/// <summary>A part of a stream that can be sought, as a stream of its own; several of them take turns with it.</summary>
/// <param name="whole">What it is a part of.</param>
/// <param name="offset">Where it begins.</param>
/// <param name="length">How long it is.</param>
/// <param name="ownsWhole">True to close the whole with it.</param>
internal sealed class RangeStream(Stream whole, long offset, long length, bool ownsWhole) : Stream
{
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value is >= 0 && value <= length ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"It must be from 0 to {length}.");
    }

    public override int Read(Span<byte> buffer)
    {
        whole.Position = offset + position;
        var read = whole.Read(buffer[..Most(buffer.Length)]);
        position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        whole.Position = offset + position;
        var read = await whole.ReadAsync(buffer[..Most(buffer.Length)], cancellationToken);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => length,
    };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("It is a part of another stream, for reading.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("It is a part of another stream, for reading.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsWhole) whole.Dispose();
        base.Dispose(disposing);
    }

    private int Most(int asked) => (int)Math.Min(asked, length - position);
}
