using System.Globalization;

namespace AutoSelect.Contracts;

/// <summary>A network to pretend between the ranks of one machine, as <see cref="Variable"/> gives it: "100Mbit,2ms".</summary>
/// <param name="BytesPerSecond">What a rank can send, above 0.</param>
/// <param name="LatencySeconds">Time on the way, at least 0.</param>
public sealed record LinkSpeed(double BytesPerSecond, double LatencySeconds)
{
    /// <summary>
    /// Environment variable of the control process, which its device processes inherit; unset or empty leaves the network as it is.
    /// </summary>
    public const string Variable = "AUTOSELECT_LINK";

    private const string Rule = "it must be a bandwidth and a latency, such as 100Mbit,2ms or 1Gbit,.1ms";

    private static readonly (string Unit, double Bits)[] bandwidths = [("kbit", 1e3), ("Mbit", 1e6), ("Gbit", 1e9)];
    private static readonly (string Unit, double Seconds)[] times = [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1)];

    /// <summary>What the variable says; null where it is not set.</summary>
    /// <exception cref="FormatException">It breaks its rule; the message gives both.</exception>
    public static LinkSpeed? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Parse(text) : null;

    /// <exception cref="FormatException">The text breaks its rule; the message gives both.</exception>
    public static LinkSpeed Parse(string text)
    {
        if (text.Split(',', StringSplitOptions.TrimEntries) is not [var bandwidth, var latency])
            throw new FormatException($"{Variable} is '{text}': {Rule}.");
        var bits = Read(text, bandwidth, bandwidths, "bandwidth");
        if (!(bits > 0)) throw new FormatException($"{Variable} is '{text}': the bandwidth must be above 0.");
        return new LinkSpeed(bits / 8, Read(text, latency, times, "latency"));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BytesPerSecond * 8e-6:0.######} Mbit/s, {LatencySeconds * 1e3:0.######} ms");

    private static double Read(string text, string part, (string Unit, double Factor)[] units, string what)
    {
        foreach (var (unit, factor) in units.OrderByDescending(u => u.Unit.Length))
        {
            if (part.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(part.AsSpan(0, part.Length - unit.Length),
                    NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value))
                return value * factor;
        }
        throw new FormatException(
            $"{Variable} is '{text}': the {what} '{part}' must be a number with one of the units "
            + $"{string.Join(", ", units.Select(u => u.Unit))}; {Rule}.");
    }
}
