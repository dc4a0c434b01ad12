namespace AutoSelect.Communication;

/// <summary>
/// An all-reduce of one bucket that runs beside the computation; made once by
/// <see cref="CollectiveQueue.Add(Memory{float}, int, AllReduceMethod)"/> and started once a step.
/// </summary>
public sealed class BucketAllReduce
{
    private readonly CollectiveQueue queue;
    private readonly Memory<float> values;
    private readonly AllReduceMethod method;

    internal BucketAllReduce(CollectiveQueue queue, Memory<float> values, int priority, AllReduceMethod method)
    {
        (this.queue, this.values, this.method) = (queue, values, method);
        Priority = priority;
    }

    /// <summary>Lower goes first.</summary>
    public int Priority { get; }

    /// <summary>Seconds the last all-reduce ran, without waiting in the queue.</summary>
    public double Seconds { get; internal set; }

    /// <summary>Whether it was started and is not done.</summary>
    public bool Pending => queue.IsPending(this);

    internal bool Outstanding { get; set; }

    /// <summary>Hands the bucket over: its values belong to the queue until <see cref="Wait"/> returns.</summary>
    /// <exception cref="InvalidOperationException">It is still pending.</exception>
    public void Start() => queue.Start(this);

    /// <summary>Waits until the values are the sums; at once when not started.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void Wait() => queue.Wait(this);

    internal void Run() => method.Run(values.Span);
}
