using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Providers.Tests.Borrowing;

/// <summary>A clock that knows whether anybody waits for it: moved while nobody does, it would run away from who still works.</summary>
internal sealed class AwaitedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int waits;

    public bool IsAwaited => Volatile.Read(ref waits) > 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var isOver = 0;
        void Over()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0) Interlocked.Decrement(ref waits);
        }
        Interlocked.Increment(ref waits);
        return new Timer(base.CreateTimer(s =>
        {
            Over();
            callback(s);
        }, state, dueTime, period), Over);
    }

    private sealed class Timer(ITimer inner, Action over) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            over();
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            over();
            return inner.DisposeAsync();
        }
    }
}
