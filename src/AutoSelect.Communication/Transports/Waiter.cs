using System.Diagnostics;

namespace AutoSelect.Communication;

/// <summary>
/// Waits until a link can go on: busy for a moment, then asleep, in slices short enough to notice that a rank was lost.
/// Used by the one thread that runs a collective.
/// </summary>
internal sealed unsafe class Waiter(
    GroupHealth health, SharedMemoryInbox? inbox, double spinSeconds, bool crowded, TimeSpan silence, TimeSpan stall)
{
    private const double Slice = .05;

    // Nothing can be waited on that covers both a word in memory and a socket: look at the memory this often.
    private const double MixedSlice = 2e-4;

    // What a message of another processor takes at most when it is about to come; giving the processor away costs about as much.
    private readonly long busyTicks = (long)(5e-6 * Stopwatch.Frequency);
    private readonly long spinTicks = (long)(spinSeconds * Stopwatch.Frequency);
    private long idleSince;

    /// <summary>Something moved since the last call of <see cref="Wait"/>.</summary>
    public void Progress() => idleSince = 0;

    /// <summary>Waits a little; the caller then tries again.</summary>
    /// <param name="to">Link that has no room, or null.</param>
    /// <param name="from">Link that has brought nothing, or null.</param>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void Wait(Link? to, Link? from)
    {
        var now = Stopwatch.GetTimestamp();
        if (idleSince == 0) idleSince = now;
        if (now - idleSince < spinTicks)
        {
            if (to is { Socket: null } || from is { Socket: null }) GiveWay(now);
            // Asking sockets takes no lock of them, unlike trying, which would keep the kernel from bringing what is on its way.
            else
                do
                {
                    GiveWay(now);
                    now = Stopwatch.GetTimestamp();
                }
                while (SleepOnSockets(to, from, 0) == 0 && now - idleSince < spinTicks);
            return;
        }
        health.ThrowIfBroken();
        if (to is not null) Check(to, sending: true);
        if (from is not null) Check(from, sending: false);
        if (Stopwatch.GetElapsedTime(idleSince, now) > stall) health.Lose((from ?? to)!.Peer, RankLoss.Stalled);
        health.ThrowIfBroken();
        Sleep(to, from, now);
    }

    private void GiveWay(long now)
    {
        if (crowded || now - idleSince > busyTicks) Thread.Yield();
        else Thread.SpinWait(1);
    }

    private void Check(Link link, bool sending)
    {
        // The order matters: what a rank wrote before it left is still there to be read.
        var left = health.HasLeft(link.Peer);
        if (sending ? link.CanSend : link.CanReceive) return;
        if (left && (sending || link.Socket is null || link.Closed)) health.Lose(link.Peer, RankLoss.Left);
        if (!link.Closed) return;
        // The control connection tells the cause, which may be another rank; what closed and is silent was lost itself.
        var closed = Stopwatch.GetTimestamp();
        while (!health.Broken && !health.HasLeft(link.Peer) && Stopwatch.GetElapsedTime(closed) < silence) Thread.Yield();
        health.Lose(link.Peer, health.HasLeft(link.Peer) ? RankLoss.Left : RankLoss.Closed);
    }

    private void Sleep(Link? to, Link? from, long now)
    {
        var seconds = Slice;
        var notBefore = Earlier(to?.SendNotBefore ?? 0, from?.ReceiveNotBefore ?? 0);
        if (notBefore != 0) seconds = Math.Clamp((double)(notBefore - now) / Stopwatch.Frequency, 0, Slice);
        var memory = to is { Socket: null } || from is { Socket: null };
        var socket = to?.Socket is not null || from?.Socket is not null;
        if (!memory)
        {
            SleepOnSockets(to, from, seconds);
            return;
        }
        var bell = Volatile.Read(ref *inbox!.Doorbell);
        Interlocked.Exchange(ref *inbox.Sleeping, 1);
        // What is there but held back is no reason to stay awake.
        if (to?.CanSend != true && (from?.CanReceive != true || from.ReceiveNotBefore > now))
            Native.WaitWhile(inbox.Doorbell, bell, socket ? MixedSlice : seconds);
        Volatile.Write(ref *inbox.Sleeping, 0);
    }

    private static int SleepOnSockets(Link? to, Link? from, double seconds)
    {
        var entries = stackalloc Native.PollEntry[2];
        // A link that waits for its time is ready as a socket, and would wake at once.
        entries[0] = new() { Descriptor = Descriptor(to, sending: true), Events = Native.Writable };
        entries[1] = new() { Descriptor = Descriptor(from, sending: false), Events = Native.Readable };
        return Native.Poll(entries, 2, seconds);
    }

    private static int Descriptor(Link? link, bool sending) =>
        link?.Socket is not { } socket || (sending ? link.SendNotBefore : link.ReceiveNotBefore) != 0 ? -1 : (int)socket.Handle;

    private static long Earlier(long a, long b) => a == 0 ? b : b == 0 ? a : Math.Min(a, b);
}
