using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Wakes those who wait for news of a job. Knows only jobs that somebody waits for.</summary>
internal sealed class JobSignals
{
    /// <summary>After this long a waiting reader looks by itself: another process may have written.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

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

    /// <summary>Completes when there may be events after a number, by a signal or by the clock.</summary>
    /// <param name="job">Whose.</param>
    /// <param name="since">Number of the last event known.</param>
    /// <param name="version">Reads the number of the last event stored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Gives up.</param>
    public async Task Wait(JobId job, long since, Func<Task<long>> version, TimeProvider time, CancellationToken ct)
    {
        var signal = Enter(job);
        try
        {
            // Only now: what was appended before nobody was woken for.
            if (await version() > since) return;
            await signal.Raised.Task.WaitAsync(LongestWait, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
        finally
        {
            Leave(job, signal);
        }
    }

    /// <summary>From now on every <see cref="Raise"/> is noticed. To be left when it is waited for no more.</summary>
    private Signal Enter(JobId job)
    {
        lock (gate)
        {
            if (!signals.TryGetValue(job, out var signal)) signals.Add(job, signal = new Signal());
            signal.Waiting++;
            return signal;
        }
    }

    private void Leave(JobId job, Signal signal)
    {
        lock (gate)
        {
            // A raised one is gone already, and another may stand in its place.
            if (--signal.Waiting == 0 && signals.TryGetValue(job, out var current) && current == signal) signals.Remove(job);
        }
    }

    private sealed class Signal
    {
        public TaskCompletionSource Raised { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting { get; set; }
    }
}
