namespace AutoSelect.Grains.Tests;

/// <summary>Loses calls of grains, or their replies, and holds them: what a network and dying silos do.</summary>
internal sealed class CallFaults : IIncomingGrainCallFilter
{
    private readonly Lock gate = new();
    private readonly List<CallFault> faults = [];
    private readonly Dictionary<string, int> begun = [];
    private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Loses calls of a method before they are carried out.</summary>
    public CallFault LoseCalls(string method, int times = int.MaxValue, string? grain = null) =>
        Add(new CallFault(method, grain, times) { LosesCall = true });

    /// <summary>Has calls of a method carried out, and loses the replies that bring something.</summary>
    public CallFault LoseReplies(string method, int times = int.MaxValue, string? grain = null) =>
        Add(new CallFault(method, grain, times) { LosesReply = true });

    /// <summary>Holds the next call of a method before it is carried out.</summary>
    public CallFault Hold(string method, string? grain = null) => Add(new CallFault(method, grain, 1));

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        CallFault? fault;
        lock (gate) fault = faults.Find(f => f.Takes(context.MethodName, context.TargetId.Key.ToString()!));
        if (fault is { LosesCall: true }) throw fault.Happen();
        if (fault is { LosesReply: false } && fault.Happen() is not null) await fault.Released;
        var running = context.Invoke();
        Count(context.MethodName);
        await running;
        if (fault is { LosesReply: true } && context.Result is not null) throw fault.Happen();
    }

    /// <summary>How many calls of a method have come to their grains.</summary>
    public int Begun(string method)
    {
        lock (gate) return begun.GetValueOrDefault(method);
    }

    /// <summary>Waits until a number of calls of a method have come to their grains, and run as far as they can.</summary>
    public async Task UntilBegun(string method, int count)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (begun.GetValueOrDefault(method) >= count) return;
                next = more.Task;
            }
            await next.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    private void Count(string method)
    {
        lock (gate)
        {
            begun[method] = begun.GetValueOrDefault(method) + 1;
            more.TrySetResult();
            more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private CallFault Add(CallFault fault)
    {
        lock (gate) faults.Add(fault);
        return fault;
    }
}

/// <summary>A fault of the calls of one method of all grains, or of one.</summary>
internal sealed class CallFault(string method, string? grain, int times)
{
    private readonly TaskCompletionSource happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left = times;

    public bool LosesCall { get; init; }
    public bool LosesReply { get; init; }

    /// <summary>Completes when it has happened as often as it was to.</summary>
    public Task Happened => happened.Task.WaitAsync(FaultJobs.Bound);

    public Task Released => released.Task;

    /// <summary>From now on all goes well.</summary>
    public void Stop()
    {
        Volatile.Write(ref left, 0);
        released.TrySetResult();
    }

    public bool Takes(string name, string key) => name == method && (grain is null || grain == key) && Volatile.Read(ref left) > 0;

    public TimeoutException Happen()
    {
        if (Interlocked.Decrement(ref left) <= 0) happened.TrySetResult();
        return new TimeoutException($"A call of {method} was lost.");
    }
}
