using System.Globalization;

namespace AutoSelect.Benchmarks;

/// <summary>A network as benchmarks name it: "memory", or bandwidth and latency such as 100Mbit:2ms.</summary>
internal static class NetworkName
{
    /// <returns>Bandwidth in bytes a second, 0 for shared memory, and latency in seconds.</returns>
    public static (double BytesPerSecond, double LatencySeconds) Parse(string network)
    {
        if (network == "memory") return (0, 0);
        var (bandwidth, latency) = network.Split(':') is [var b, var l] ? (b, l)
            : throw new ArgumentException($"Network '{network}' is neither 'memory' nor of the form 100Mbit:2ms.");
        var (number, mega) = bandwidth.EndsWith("Gbit", StringComparison.Ordinal) ? (bandwidth[..^4], 1000) : (bandwidth[..^4], 1);
        return (double.Parse(number, CultureInfo.InvariantCulture) * mega * 1e6 / 8,
            double.Parse(latency[..^2], CultureInfo.InvariantCulture) / 1e3);
    }
}
