using System.Collections.Immutable;
using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>The messages of a bucket with their forecasts, and the work of encoding them.</summary>
internal sealed record BucketMessages(Bucket Bucket, double Bytes, ImmutableArray<TimeForecast> Messages, double WorkSeconds)
{
    /// <summary>What ranks tell each other before each bucket where the lowest layer goes first: how many each has complete.</summary>
    private const double OrderBytes = 8;

    /// <summary>Nothing to send where there is one rank.</summary>
    public static IReadOnlyList<BucketMessages> ForPlan(DataParallelQuestion question, CommunicationPlan plan, CollectiveModel collectives)
    {
        var best = new Dictionary<double, TimeForecast>();
        TimeForecast? order = null;
        return [.. Bucket.Fuse(question.Layers, plan.BucketBytes).Select(bucket =>
        {
            var layers = question.Layers[bucket.First..(bucket.Last + 1)];
            if (question.Ranks == 1) return new BucketMessages(bucket, 0, [], 0);
            var sizes = plan.Compression.Messages(layers);
            var orders = plan.Overlap == OverlapMode.BackwardAndForward
                ? [order ??= collectives.ForecastBySize(question.Ranks, OrderBytes, question.IsLocal)]
                : Array.Empty<TimeForecast>();
            return new BucketMessages(
                bucket, sizes.Sum(), [.. sizes.Select(Forecast), .. orders], plan.Compression.WorkSeconds(layers, question.Costs));
        })];

        TimeForecast Forecast(double bytes)
        {
            if (!best.TryGetValue(bytes, out var forecast)) best[bytes] = forecast = Time(question, plan, collectives, bytes);
            return forecast;
        }
    }

    /// <summary>Time in the channel if the links are off by so many standard deviations, the same for all messages.</summary>
    public double Seconds(double deviation) =>
        WorkSeconds + Messages.Sum(m => m.MedianSeconds * Math.Exp(deviation * m.LogStandardDeviation));

    /// <summary>By the collective that the encoding goes over; only what travels as it is has a choice.</summary>
    private static TimeForecast Time(DataParallelQuestion question, CommunicationPlan plan, CollectiveModel collectives, double bytes) =>
        plan.Compression.Kind switch
        {
            EncodingKind.Plain when plan.Hierarchy is { } hierarchy => collectives.Forecast(Collective.AllReduce, hierarchy, bytes),
            EncodingKind.Plain or EncodingKind.LowRank => collectives.ForecastBySize(question.Ranks, bytes, question.IsLocal),
            EncodingKind.Selected => collectives.Forecast(Collective.AllGather, Hierarchy.Ring(question.Ranks), question.Ranks * bytes),
            _ => collectives.Forecast(Collective.AllReduce, Hierarchy.Ring(question.Ranks), bytes),
        };
}
