using Amazon.S3.Model;

namespace AutoSelect.Checkpoints.S3;

/// <summary>The bytes of an answer, which goes with them.</summary>
internal sealed class ResponseBody(GetObjectResponse response) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("It is read as it comes.");

    public override long Position
    {
        get => throw new NotSupportedException("It is read as it comes.");
        set => throw new NotSupportedException("It is read as it comes.");
    }

    public override int Read(byte[] buffer, int offset, int count) => response.ResponseStream.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        response.ResponseStream.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("It is read as it comes.");

    public override void SetLength(long value) => throw new NotSupportedException("It is for reading.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is for reading.");

    protected override void Dispose(bool disposing)
    {
        if (disposing) response.Dispose();
        base.Dispose(disposing);
    }
}
