namespace AutoSelect.Api.Access;

/// <summary>
/// Which refusals of a key are written down: some at once, then one a second. The rest are counted. A log that nothing is removed from must
/// not be filled by whoever may do nothing.
/// </summary>
internal sealed class RefusalPace(TimeProvider time)
{
    /// <summary>Refusals that are written down however fast they come.</summary>
    public const int Burst = 100;

    private const int MostKeys = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Pace> keys = new(StringComparer.Ordinal);

    /// <summary>How many were not written down since the one before that was; null where this one is not either.</summary>
    public int? Next(string key)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (keys.Count >= MostKeys) keys.Clear();
            if (!keys.TryGetValue(key, out var pace)) keys.Add(key, pace = new Pace { Left = Burst, At = now });
            pace.Left = Math.Min(Burst, pace.Left + time.GetElapsedTime(pace.At, now).TotalSeconds);
            pace.At = now;
            if (pace.Left < 1)
            {
                pace.Unlisted++;
                return null;
            }
            pace.Left--;
            var unlisted = pace.Unlisted;
            pace.Unlisted = 0;
            return unlisted;
        }
    }

    private sealed class Pace
    {
        /// <summary>How many may be written down now.</summary>
        public double Left { get; set; }

        public long At { get; set; }
        public int Unlisted { get; set; }
    }
}
