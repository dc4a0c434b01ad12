namespace AutoSelect.Checkpoints;

/// <summary>
/// A file of a store as a stream that can be sought: what is read is fetched, from where it stands, when it is read. For readers that ask
/// for parts.
/// </summary>
public sealed class StoredStream(ICheckpointStore store, StoredFile file) : Stream
{
    private Stream? open;
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => file.Bytes;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= Length || buffer.IsEmpty) return 0;
        open ??= await store.Open(file.Name, position, null, cancellationToken);
        var read = await open.ReadAsync(buffer, cancellationToken);
        if (read == 0) throw new EndOfStreamException($"'{file.Name}' in {store.Uri} ends after {position} of {Length} bytes.");
        position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Stores are read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => position,
            _ => Length,
        };
        if (target < 0) throw new ArgumentOutOfRangeException(nameof(offset), offset, "It leads before the file's beginning.");
        if (target != position) Close(ref open);
        return position = target;
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("It is for reading.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is for reading.");

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close(ref open);
        base.Dispose(disposing);
    }

    private static void Close(ref Stream? stream)
    {
        stream?.Dispose();
        stream = null;
    }
}
