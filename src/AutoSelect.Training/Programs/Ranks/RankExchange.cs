using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// Exchanges news between the ranks of a program on a thread of its own, and passes on to the own program what follows for it. What
/// follows for the segment is there to be read.
/// </summary>
internal sealed class RankExchange : IDisposable
{
    /// <summary>Bytes of it that others are told.</summary>
    private const int LongestFault = 2048;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(.05);

    private readonly Lock mutex = new();
    private readonly ProcessGroup group;
    private readonly long until;
    private readonly bool canHalt;
    private readonly Action<string> say;
    private readonly TimeProvider time;
    private readonly Halting halting = new();
    private readonly ManualResetEventSlim wake = new();
    private readonly Thread thread;
    private RankNews own = new();
    private RankNews[] all;
    private long endedAt, leaderEndedAt;
    private bool isAsked, isPauseTold;
    private RankVerdict? verdict;
    private string fault = "";

    /// <param name="ranks">Whose.</param>
    /// <param name="until">Step at which their programs end by themselves.</param>
    /// <param name="canHalt">False for programs that can only be ended.</param>
    /// <param name="say">Says a line to the own program.</param>
    /// <param name="time">The clock.</param>
    public RankExchange(ProgramRanks ranks, long until, bool canHalt, Action<string> say, TimeProvider time)
    {
        (group, this.until, this.canHalt, this.say, this.time) = (ranks.Group, until, canHalt, say, time);
        all = new RankNews[group.Size];
        thread = new Thread(Run) { IsBackground = true, Name = "program ranks" };
        thread.Start();
    }

    /// <summary>The strictest order that any rank was given.</summary>
    public SegmentOrder Order
    {
        get
        {
            lock (mutex) return all.Max(n => n.Order);
        }
    }

    /// <summary>What the programs' ends come to; null while that is open.</summary>
    public RankVerdict? Verdict
    {
        get
        {
            lock (mutex) return verdict;
        }
    }

    /// <summary>
    /// In words how each rank's program failed, empty of those that did not; to be read once a verdict says that one did.
    /// </summary>
    public string[] Faults { get; private set; } = [];

    /// <summary>Why the group is of no more use; null while it is.</summary>
    public RankLostException? Lost { get; private set; }

    /// <summary>How long the first rank's program has been at its end; null while it is not.</summary>
    public TimeSpan? SinceLeaderEnded
    {
        get
        {
            lock (mutex) return all[0].State == RankState.Ended ? time.GetElapsedTime(leaderEndedAt) : null;
        }
    }

    /// <summary>The first rank whose program was asked where it can halt and has not said; null where there is none.</summary>
    public int? FirstWithoutPromise
    {
        get
        {
            // What the own program has said is known here before the others are told.
            lock (mutex)
            {
                var rank = Enumerable.Range(0, all.Length).FirstOrDefault(r => (r == group.Rank ? own : all[r]).HaltAt < 0, -1);
                return halting.IsAsking && rank >= 0 ? rank : null;
            }
        }
    }

    /// <summary>True once the own program was told to save and end.</summary>
    public bool IsPauseTold
    {
        get
        {
            lock (mutex) return isPauseTold;
        }
    }

    /// <summary>Tells what this device was told.</summary>
    public void Told(SegmentOrder order)
    {
        lock (mutex) own.Order = order;
    }

    /// <summary>Wants all programs to halt.</summary>
    public void Wish(HaltReason reason)
    {
        lock (mutex) own.Wish = reason;
    }

    /// <summary>The own program has promised not to go beyond a step.</summary>
    /// <returns>False where it was not asked to.</returns>
    public bool Promised(long step)
    {
        lock (mutex)
        {
            var wasAsked = isAsked;
            if (isAsked) (own.HaltAt, isAsked) = (step, false);
            return wasAsked;
        }
    }

    /// <summary>The own program has ended.</summary>
    /// <param name="at">When, as a timestamp of the clock.</param>
    public void Ended(long at)
    {
        lock (mutex) (own.State, endedAt) = (RankState.Ended, at);
        wake.Set();
    }

    /// <summary>The own program has failed.</summary>
    /// <param name="at">When, as a timestamp of the clock.</param>
    /// <param name="how">How.</param>
    /// <param name="reason">In words.</param>
    /// <param name="isPortTaken">Where this is the first rank: a stranger listens where it was to listen.</param>
    public void Failed(long at, RankFault how, string reason, bool isPortTaken)
    {
        lock (mutex) (own.State, own.Fault, own.IsPortTaken, endedAt, fault) = (RankState.Failed, how, isPortTaken, at, reason);
        wake.Set();
    }

    /// <summary>Waits until no rank needs news any more; without a verdict the group is broken off.</summary>
    public void Dispose()
    {
        if (Verdict is null) group.Abort();
        lock (mutex) own.IsLeaving = true;
        wake.Set();
        thread.Join();
        wake.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!Take(Gather(Now())))
            {
                wake.Wait(Every);
                wake.Reset();
            }
        }
        catch (RankLostException e)
        {
            Lost = e;
        }
    }

    private RankNews Now()
    {
        lock (mutex)
        {
            if (own.State == RankState.Running) return own;
            // It has done all steps that there were to do.
            return own with { SecondsSinceEnd = time.GetElapsedTime(endedAt).TotalSeconds, HaltAt = until };
        }
    }

    private RankNews[] Gather(RankNews news)
    {
        var gathered = new RankNews[group.Size];
        gathered[group.Rank] = news;
        Span<int> bytes = stackalloc int[gathered.Length];
        bytes.Fill(Unsafe.SizeOf<RankNews>());
        group.AllGather(MemoryMarshal.AsBytes(gathered.AsSpan()), bytes);
        return gathered;
    }

    /// <summary>Called by all ranks after the same news.</summary>
    private string[] GatherFaults()
    {
        var all = new byte[group.Size * LongestFault];
        Encoding.UTF8.GetEncoder().Convert(fault, all.AsSpan(group.Rank * LongestFault, LongestFault), flush: true, out _, out _, out _);
        Span<int> bytes = stackalloc int[group.Size];
        bytes.Fill(LongestFault);
        group.AllGather(all, bytes);
        return [.. Enumerable.Range(0, group.Size).Select(
            rank => Encoding.UTF8.GetString(all.AsSpan(rank * LongestFault, LongestFault)).TrimEnd('\0'))];
    }

    /// <returns>True where these are the last news.</returns>
    private bool Take(RankNews[] gathered)
    {
        var isOver = verdict is not null;
        var next = isOver ? verdict : RankEnds.Next(gathered);
        if (!isOver && next is { Kind: RankVerdictKind.Failed }) Faults = GatherFaults();
        lock (mutex)
        {
            if (all[0].State != RankState.Ended && gathered[0].State == RankState.Ended) leaderEndedAt = time.GetTimestamp();
            all = gathered;
            verdict = next;
            if (canHalt) Follow(halting.Next(gathered));
        }
        return gathered.All(n => n.IsLeaving);
    }

    private void Follow(HaltMove move)
    {
        if (move.IsAsked)
        {
            (own.HaltAt, isAsked) = (-1, true);
            say(ProgramProtocol.Halt);
        }
        else if (move.Reason != HaltReason.None)
        {
            if (move.Reason == HaltReason.Save && own.Wish == HaltReason.Save) own.Wish = HaltReason.None;
            isPauseTold |= move.Reason == HaltReason.Pause;
            say(ProgramProtocol.At(move.Reason == HaltReason.Pause ? ProgramProtocol.Pause : ProgramProtocol.Save, move.At));
        }
    }
}
