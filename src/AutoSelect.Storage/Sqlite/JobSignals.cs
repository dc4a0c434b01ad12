using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Wakes those who wait for news of a job. Knows only jobs that somebody waits for.</summary>
internal sealed class JobSignals
{
    private readonly Lock gate = new();
    private readonly Dictionary<JobId, Signal> signals = [];

    /// <summary>Jobs that are waited for.</summary>
    public int Count
    {
        get
        {
            lock (gate) return signals.Count;
        }
    }

    /// <summary>Wakes all who wait for the job now.</summary>
    public void Raise(JobId job)
    {
        Signal? signal;
        lock (gate) signals.Remove(job, out signal);
        signal?.Raised.TrySetResult();
    }

    /// <summary>From now on every <see cref="Raise"/> is noticed. To be left when it is waited for no more.</summary>
    public Signal Enter(JobId job)
    {
        lock (gate)
        {
            if (!signals.TryGetValue(job, out var signal)) signals.Add(job, signal = new Signal());
            signal.Waiting++;
            return signal;
        }
    }

    public void Leave(JobId job, Signal signal)
    {
        lock (gate)
        {
            // A raised one is gone already, and another may stand in its place.
            if (--signal.Waiting == 0 && signals.TryGetValue(job, out var current) && current == signal) signals.Remove(job);
        }
    }

    public sealed class Signal
    {
        public TaskCompletionSource Raised { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting { get; set; }
    }
}
