namespace AutoSelect.Training.Programs;

/// <summary>Looks at something from time to time on another thread, so that nobody waits where that takes long.</summary>
/// <param name="look">Looks.</param>
/// <param name="time">The clock.</param>
/// <param name="least">Between two looks, at least.</param>
internal sealed class BackgroundLook<T>(Func<T> look, TimeProvider time, TimeSpan least)
    where T : struct
{
    private readonly Pace pace = new(time, least);
    private Task<T>? running;
    private bool isHurried;

    /// <summary>Has it looked at where it is time, and takes what was seen.</summary>
    /// <returns>What was seen since it was asked last; null where that is nothing. Throws what the look has thrown.</returns>
    public T? Next()
    {
        if (running is null)
        {
            if (!isHurried && !pace.IsDue) return null;
            isHurried = false;
            running = Task.Run(Look);
            return null;
        }
        if (!running.IsCompleted) return null;
        var seen = running.GetAwaiter().GetResult();
        running = null;
        return seen;
    }

    /// <summary>Has it look once more now, also where it is not time yet.</summary>
    public void Hurry() => isHurried = true;

    private T Look()
    {
        var began = time.GetTimestamp();
        var seen = look();
        pace.Done(began);
        return seen;
    }
}
