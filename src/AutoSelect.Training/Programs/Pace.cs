namespace AutoSelect.Training.Programs;

/// <summary>Keeps something that is done again and again from taking more than a fiftieth of the time.</summary>
/// <param name="time">The clock.</param>
/// <param name="least">Between two times, at least.</param>
internal sealed class Pace(TimeProvider time, TimeSpan least)
{
    private long doneAt;
    private TimeSpan wait = TimeSpan.Zero;

    /// <summary>True where it is time again.</summary>
    public bool IsDue => time.GetElapsedTime(doneAt) >= wait;

    /// <summary>It was done.</summary>
    /// <param name="began">When it began, as a timestamp of the clock.</param>
    public void Done(long began)
    {
        doneAt = time.GetTimestamp();
        wait = 50 * time.GetElapsedTime(began, doneAt) is var late && late > least ? late : least;
    }
}
