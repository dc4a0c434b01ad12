using System.Collections.Immutable;
using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>
/// Two ranks over a link of a known latency α (s) and time per byte β (s/B), with nothing in the way, as they would have measured it.
/// </summary>
public static class KnownLinks
{
    /// <summary>The measurement as JSON: n bytes take α + nβ swapped whole, 2α + nβ in a ring, and a gathering takes α + nβ/2.</summary>
    public static string Json(double latency, double secondsPerByte) => new GroupMeasurement
    {
        Ranks = 2,
        Local = false,
        MultiplyAddsPerSecond = 1e10,
        Collectives =
        [
            .. new[] { 1 << 12, 1 << 16, 1 << 20 }.SelectMany(bytes => new[]
            {
                Measurement(Collective.DirectAllReduce, bytes, latency + bytes * secondsPerByte),
                Measurement(Collective.AllReduce, bytes, 2 * latency + bytes * secondsPerByte),
                Measurement(Collective.AllGather, bytes, latency + bytes * secondsPerByte / 2),
            }),
        ],
    }.ToJson();

    /// <summary>Candidates of which a device computes its share of a batch in that share of the time and what else a step takes.</summary>
    /// <param name="links">Of <see cref="Json"/>.</param>
    /// <param name="parameters">Of a model of one layer; each is 4 bytes of gradients.</param>
    /// <param name="fixedShare">Share of a step on one device that does not depend on the batch.</param>
    /// <param name="candidates">Their names; no overlap is permitted.</param>
    public static RankForecast Forecast(string links, long parameters, double fixedShare, params string[] candidates) => new()
    {
        Links = links,
        Layers = [new LayerSize(parameters, 100, null)],
        Candidates = candidates.ToImmutableSortedDictionary(c => c, _ => new SharedCandidate
        {
            ComputeRatios = new[] { 1, 2, 4 }.ToImmutableSortedDictionary(n => n, n => fixedShare + (1 - fixedShare) / n),
        }),
    };

    private static CollectiveMeasurement Measurement(Collective collective, int bytes, double seconds) =>
        new() { Ranks = 2, Hierarchy = new(2), Bytes = bytes, Seconds = seconds, Transport = "known", Collective = collective };
}
