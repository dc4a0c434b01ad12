namespace AutoSelect.Device.Checkpoints;

/// <summary>Waits between attempts: 1, 2, 4 … s, at most a minute.</summary>
internal struct Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private int failures;

    public TimeSpan Next()
    {
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures++, 6)));
        return wait < Longest ? wait : Longest;
    }
}
