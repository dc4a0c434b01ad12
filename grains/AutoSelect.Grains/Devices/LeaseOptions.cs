namespace AutoSelect.Grains;

/// <summary>How long silence is borne.</summary>
public sealed record LeaseOptions
{
    /// <summary>Silence after which a device's lease is taken back; default 5 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time without the control side after which a device stops by its own clock; default 60 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a run waits for the last of its devices before it begins with fewer; default 5 s.</summary>
    public TimeSpan Join { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most clients that ask one job for its runs at a time, those that train among them; default 2,000.</summary>
    public int MostClients { get; init; } = 2000;

    /// <summary>
    /// How often is looked for silence, for changes of leases, and for news of what is under way, which may have got lost; default .5 s.
    /// </summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(.5);

    /// <summary>
    /// After this long a job of which nothing is under way looks at its leases, whether or not it was told of a change; default 30 s.
    /// </summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(30);
}
