using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace AutoSelect.Communication;

/// <summary>
/// A thread that runs all-reduces of buckets while the training thread computes. The group is the queue's while anything is pending; other
/// collectives may be called in between, at the same point of the program on all ranks.
/// </summary>
/// <remarks>
/// The results are bitwise those of the same all-reduces called one by one, whatever the order. Starting and waiting allocate nothing.
/// </remarks>
public sealed class CollectiveQueue : IDisposable
{
    private readonly ProcessGroup group;
    private readonly CollectiveOrder order;
    private readonly int? processor;
    private readonly object gate = new();
    private readonly List<BucketAllReduce> buckets = [];
    // Started and not done, in the order started; the count of all ever started tells how far this rank is.
    private readonly List<BucketAllReduce> pending = [];
    private readonly Thread thread;
    private long started, done;
    private Exception? failure;
    private bool stopping, held;

    /// <summary>Raised on the queue's thread after each all-reduce.</summary>
    internal event Action<BucketAllReduce>? Ran;

    /// <param name="group">The ranks; stays the caller's to dispose, after the queue.</param>
    /// <param name="order">Order of running, the same on all ranks.</param>
    /// <param name="processor">Processor to pin the thread to; null for none.</param>
    /// <exception cref="ArgumentException">There is no such processor.</exception>
    public CollectiveQueue(ProcessGroup group, CollectiveOrder order = CollectiveOrder.Started, int? processor = null)
    {
        if (processor is { } number) ThreadAffinity.Check(number);
        (this.group, this.order, this.processor) = (group, order, processor);
        thread = new(Work) { IsBackground = true, Name = $"rank {group.Rank} collectives" };
        thread.Start();
    }

    /// <summary>Makes a bucket.</summary>
    /// <param name="values">Its memory, the same number of values on all ranks.</param>
    /// <param name="priority">Lower goes first under <see cref="CollectiveOrder.Priority"/>: the number of the first layer in it.</param>
    /// <param name="method">How it is summed, over the ranks of the queue's group.</param>
    public BucketAllReduce Add(Memory<float> values, int priority, AllReduceMethod method)
    {
        var bucket = new BucketAllReduce(this, values, priority, method);
        lock (gate)
        {
            buckets.Add(bucket);
            pending.EnsureCapacity(buckets.Count);
        }
        return bucket;
    }

    /// <inheritdoc cref="Add(Memory{float}, int, AllReduceMethod)"/>
    /// <param name="plan">How it is summed in fp32; null for a choice by size.</param>
    public BucketAllReduce Add(Memory<float> values, int priority, AllReducePlan? plan = null) =>
        Add(values, priority, new ExactAllReduce(group, plan));

    /// <summary>
    /// Ends the thread after the all-reduce it is in; what is pending then is given up, and the group is aborted if there is any.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            if (pending.Count > 0 && failure is null) group.Abort();
            Monitor.PulseAll(gate);
        }
        thread.Join();
    }

    /// <summary>Keeps the thread from taking a bucket until disposed.</summary>
    internal Lease Hold()
    {
        lock (gate) held = true;
        return new(this);
    }

    internal bool IsPending(BucketAllReduce bucket)
    {
        lock (gate) return bucket.Outstanding;
    }

    internal void Start(BucketAllReduce bucket)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            ThrowIfFailed();
            if (bucket.Outstanding)
                throw new InvalidOperationException($"The bucket with priority {bucket.Priority} was started and not waited for.");
            bucket.Outstanding = true;
            pending.Add(bucket);
            started++;
            Monitor.PulseAll(gate);
        }
    }

    internal void Wait(BucketAllReduce bucket)
    {
        lock (gate)
        {
            while (bucket.Outstanding && failure is null && !stopping) Monitor.Wait(gate);
            ThrowIfFailed();
            ObjectDisposedException.ThrowIf(bucket.Outstanding, this);
        }
    }

    private void ThrowIfFailed()
    {
        if (failure is RankLostException lost) throw new RankLostException(lost);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private void Work()
    {
        if (processor is { } number) Native.Pin(number);
        try
        {
            while (AnyPending())
            {
                var bucket = Next(order == CollectiveOrder.Started ? long.MaxValue : group.Least(Volatile.Read(ref started)));
                var begun = Stopwatch.GetTimestamp();
                bucket.Run();
                Ran?.Invoke(bucket);
                lock (gate)
                {
                    bucket.Seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                    bucket.Outstanding = false;
                    pending.Remove(bucket);
                    done++;
                    Monitor.PulseAll(gate);
                }
            }
        }
        catch (Exception e)
        {
            lock (gate)
            {
                failure = e;
                Monitor.PulseAll(gate);
            }
            // The others would wait for what this rank does not do any more.
            if (e is not RankLostException) group.Abort();
        }
    }

    private bool AnyPending()
    {
        lock (gate)
        {
            while ((pending.Count == 0 || held) && !stopping) Monitor.Wait(gate);
            return !stopping;
        }
    }

    /// <summary>
    /// The bucket to run among those started on every rank: the first <paramref name="startedByAll"/> ever, less those done.
    /// </summary>
    private BucketAllReduce Next(long startedByAll)
    {
        lock (gate)
        {
            if (order == CollectiveOrder.Started) return pending[0];
            var best = pending[0];
            var candidates = startedByAll - done;
            for (var i = 1; i < candidates; i++)
                if (pending[i].Priority < best.Priority)
                    best = pending[i];
            return best;
        }
    }

    internal readonly ref struct Lease(CollectiveQueue queue)
    {
        public void Dispose()
        {
            lock (queue.gate)
            {
                queue.held = false;
                Monitor.PulseAll(queue.gate);
            }
        }
    }
}
