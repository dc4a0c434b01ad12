using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>Devices of one make and one price that a provider lends.</summary>
public sealed record DeviceClass
{
    private readonly string name = "";
    private readonly double price;
    private readonly int most = 1;
    private readonly TimeSpan longest = TimeSpan.FromHours(1);
    private readonly TimeSpan startUp = TimeSpan.FromSeconds(15);
    private readonly TimeSpan usualWait;

    /// <summary>1 to 30 lower-case letters, digits and dashes; also a label in the scheduler.</summary>
    public required string Name
    {
        get => name;
        init => name = value.Length is >= 1 and <= 30 && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && value[0] != '-' && value[^1] != '-' ? value
            : throw new ArgumentException(
                $"The device class '{value}' must be 1 to 30 lower-case letters, digits and dashes, without a dash at its ends.");
    }

    public required DeviceKind Kind { get; init; }

    /// <summary>Make of its devices, for people; empty where it is not known.</summary>
    public string Model { get; init; } = "";

    /// <summary>What a second of it costs, in seconds of the job, as <see cref="Demand.Price"/>; at least 0.</summary>
    public required double Price
    {
        get => price;
        init => price = value >= 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Price), value, $"The price of '{name}' must be a number of at least 0.");
    }

    /// <summary>True where the scheduler may take it back at any time.</summary>
    public bool IsPreemptible { get; init; }

    /// <summary>Devices of it that are asked for at once; default 1.</summary>
    public int Most
    {
        get => most;
        init => most = value >= 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(Most), value, $"The most devices of '{name}' must be at least 0.");
    }

    /// <summary>The longest time to ask for; default 1 h.</summary>
    public TimeSpan Longest
    {
        get => longest;
        init => longest = Positive(value, nameof(Longest), "longest time");
    }

    /// <summary>Time from the scheduler's start of it until it can train: pulling images, loading libraries; default 15 s.</summary>
    public TimeSpan StartUp
    {
        get => startUp;
        init => startUp = NotNegative(value, nameof(StartUp), "start-up time");
    }

    /// <summary>Queue time to reckon with where the scheduler cannot say and nothing was seen yet; default 0.</summary>
    public TimeSpan UsualWait
    {
        get => usualWait;
        init => usualWait = NotNegative(value, nameof(UsualWait), "usual queue time");
    }

    private TimeSpan Positive(TimeSpan value, string parameter, string what) => value > TimeSpan.Zero ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"The {what} of '{name}' must be above 0.");

    private TimeSpan NotNegative(TimeSpan value, string parameter, string what) => value >= TimeSpan.Zero ? value
        : throw new ArgumentOutOfRangeException(parameter, value, $"The {what} of '{name}' must be at least 0.");
}
