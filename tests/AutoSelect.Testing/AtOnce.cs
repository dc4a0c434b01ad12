namespace AutoSelect.Testing;

/// <summary>Counts how many are somewhere at once, from whichever threads they come.</summary>
public sealed class AtOnce
{
    private readonly Lock gate = new();
    private int now;

    /// <summary>The most that there have been.</summary>
    public int Most { get; private set; }

    /// <summary>One more is there, until what is returned is disposed of.</summary>
    public IDisposable Enter()
    {
        lock (gate) Most = Math.Max(Most, ++now);
        return new Stay(this);
    }

    private void Leave()
    {
        lock (gate) now--;
    }

    private sealed class Stay(AtOnce place) : IDisposable
    {
        public void Dispose() => place.Leave();
    }
}
