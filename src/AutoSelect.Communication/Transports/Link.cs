using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>A stream of bytes to and from one other rank. No call blocks; used by one thread at a time.</summary>
internal abstract class Link(int peer) : IDisposable
{
    public int Peer { get; } = peer;

    /// <summary>What the data goes over, e.g. "TCP".</summary>
    public abstract string Medium { get; }

    /// <summary>Bytes of collectives handed to this link so far; framing is not counted.</summary>
    public long BytesSent { get; protected set; }

    /// <summary>Bytes that can be sent though the other side reads none of them.</summary>
    public abstract int Capacity { get; }

    /// <summary>The other side has closed the stream and nothing more will come.</summary>
    public virtual bool Closed => false;

    /// <summary>Time stamp before which trying to send again is of no use; 0 for none.</summary>
    public virtual long SendNotBefore => 0;

    /// <summary>Time stamp before which trying to receive again is of no use; 0 for none.</summary>
    public virtual long ReceiveNotBefore => 0;

    /// <summary>The socket to wait on; null where the inbox in shared memory is rung instead.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Whether sending may go on (may be wrong for a socket, which is asked by waiting on it).</summary>
    public abstract bool CanSend { get; }

    /// <summary>Whether something can be received (may be wrong for a socket, which is asked by waiting on it).</summary>
    public abstract bool CanReceive { get; }

    /// <summary>Tells how long the message is that is sent next.</summary>
    public virtual void BeginSend(int bytes)
    {
    }

    /// <summary>Sends the beginning of the data.</summary>
    /// <returns>How many bytes were taken, 0 when there is no room.</returns>
    public abstract int TrySend(ReadOnlySpan<byte> data);

    /// <summary>Sends on what was taken but is not under way yet.</summary>
    /// <returns>Whether nothing is left.</returns>
    public virtual bool TryFlush() => true;

    /// <summary>Receives into the beginning of the destination.</summary>
    /// <returns>How many bytes were received.</returns>
    public abstract int TryReceive(Span<byte> destination);

    /// <summary>Shows what has come where it lies, a multiple of 4 bytes; valid until the next call.</summary>
    /// <param name="most">Bytes left of the message, a positive multiple of 4: nothing behind them is touched.</param>
    public abstract ReadOnlySpan<byte> Peek(int most);

    /// <summary>Gives back the beginning of what <see cref="Peek"/> showed.</summary>
    public abstract void Consume(int count);

    /// <summary>Both sides call these at the end of every message, so that the next one is aligned.</summary>
    public virtual void EndSent()
    {
    }

    public virtual void EndReceived()
    {
    }

    public abstract void Dispose();
}
