using System.Diagnostics;
using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>
/// A thread that listens on the control connections to all other ranks, sends heartbeats, and reports who is lost. It works while the
/// training thread computes, so that a rank is silent only when its whole process is.
/// </summary>
internal sealed unsafe class GroupMonitor : IDisposable
{
    private const double BeatsPerTimeout = 5;

    private readonly int rank;
    private readonly Socket?[] sockets;
    private readonly GroupHealth health;
    private readonly TimeSpan silence;
    private readonly Lock[] sending;
    private readonly byte[][] partial;
    private readonly int[] partialBytes;
    private readonly long[] heard;
    private readonly WakeEvent wake = new();
    private readonly Thread thread;
    private volatile bool stopping;

    /// <param name="sockets">Connection to each rank; null for the own.</param>
    public GroupMonitor(int rank, Socket?[] sockets, GroupHealth health, TimeSpan silence)
    {
        (this.rank, this.sockets, this.health, this.silence) = (rank, sockets, health, silence);
        sending = [.. sockets.Select(_ => new Lock())];
        partial = [.. sockets.Select(_ => new byte[ControlFrame.Bytes])];
        partialBytes = new int[sockets.Length];
        heard = new long[sockets.Length];
        foreach (var socket in sockets) socket?.Blocking = false;
        health.Failed += (lost, loss) => Broadcast(new(ControlKind.Abort, lost, loss));
        thread = new(Watch) { IsBackground = true, Name = $"rank {rank} monitor" };
        thread.Start();
    }

    /// <summary>Says farewell and closes the connections.</summary>
    public void Dispose()
    {
        Broadcast(new(ControlKind.Farewell));
        stopping = true;
        wake.Set();
        thread.Join();
        foreach (var socket in sockets) socket?.Dispose();
        wake.Dispose();
    }

    private void Watch()
    {
        var beat = silence / BeatsPerTimeout;
        var entries = stackalloc Native.PollEntry[sockets.Length + 1];
        entries[sockets.Length] = new() { Descriptor = wake.Descriptor, Events = Native.Readable };
        Array.Fill(heard, Stopwatch.GetTimestamp());
        var lastBeat = 0L;
        while (!stopping)
        {
            for (var peer = 0; peer < sockets.Length; peer++)
                entries[peer] = new()
                {
                    Descriptor = sockets[peer] is { } socket && !health.HasLeft(peer) ? (int)socket.Handle : -1,
                    Events = Native.Readable,
                };
            Native.Poll(entries, sockets.Length + 1, beat.TotalSeconds);
            if (stopping) return;
            for (var peer = 0; peer < sockets.Length; peer++)
                if (entries[peer].Returned != 0)
                    Listen(peer);
            if (lastBeat != 0 && Stopwatch.GetElapsedTime(lastBeat) < beat) continue;
            // Who was stopped itself cannot tell whether the others were silent meanwhile.
            if (lastBeat != 0 && Stopwatch.GetElapsedTime(lastBeat) > 2 * beat) Array.Fill(heard, Stopwatch.GetTimestamp());
            lastBeat = Stopwatch.GetTimestamp();
            Broadcast(new(ControlKind.Heartbeat));
            for (var peer = 0; peer < sockets.Length; peer++)
                if (peer != rank && !health.HasLeft(peer) && Stopwatch.GetElapsedTime(heard[peer]) > silence)
                    health.Lose(peer, RankLoss.Silent);
        }
    }

    private void Listen(int peer)
    {
        var bytes = partial[peer];
        while (!health.HasLeft(peer))
        {
            var count = sockets[peer]!.Receive(bytes.AsSpan(partialBytes[peer]), SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock or SocketError.Interrupted) return;
            if (error != SocketError.Success || count == 0)
            {
                if (stopping) return;
                health.Lose(peer, RankLoss.Closed);
                health.MarkLeft(peer);
                return;
            }
            heard[peer] = Stopwatch.GetTimestamp();
            partialBytes[peer] += count;
            if (partialBytes[peer] < bytes.Length) continue;
            partialBytes[peer] = 0;
            Handle(peer, ControlFrame.Read(bytes));
        }
    }

    private void Handle(int peer, ControlFrame frame)
    {
        if (frame.Kind == ControlKind.Farewell) health.MarkLeft(peer);
        if (frame.Kind == ControlKind.Abort) health.Lose(frame.Rank, frame.Loss);
    }

    private void Broadcast(ControlFrame frame)
    {
        Span<byte> bytes = stackalloc byte[ControlFrame.Bytes];
        frame.Write(bytes);
        for (var peer = 0; peer < sockets.Length; peer++)
        {
            if (sockets[peer] is not { } socket || health.HasLeft(peer)) continue;
            // Eight bytes go whole or not at all unless a peer has not read for thousands of heartbeats, and then it is lost anyway.
            lock (sending[peer]) socket.Send(bytes, SocketFlags.None, out _);
        }
    }
}
