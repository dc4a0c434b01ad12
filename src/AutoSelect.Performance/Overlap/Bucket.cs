using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>Gradients of neighbouring layers that travel as one message.</summary>
/// <param name="First">Lowest layer; the bucket is complete when its backward pass ends.</param>
/// <param name="Last">Highest layer.</param>
public sealed record Bucket(int First, int Last)
{
    /// <summary>Fuses layers from the last to the first, the order of the backward pass, until a bucket is full.</summary>
    /// <param name="layers">First layer first.</param>
    /// <param name="bucketBytes">
    /// Fusion size in bytes of fp32 gradients: a bucket is closed once it holds as much; 0 gives each layer its own.
    /// </param>
    /// <returns>Buckets in the order of the backward pass; layers without parameters alone make none.</returns>
    public static ImmutableArray<Bucket> Fuse(IReadOnlyList<LayerTime> layers, double bucketBytes)
    {
        if (!(bucketBytes >= 0)) throw new ArgumentOutOfRangeException(nameof(bucketBytes), bucketBytes, "A bucket size is not negative");
        var buckets = ImmutableArray.CreateBuilder<Bucket>();
        var last = -1;
        var held = 0.0;
        for (var layer = layers.Count - 1; layer >= 0; layer--)
        {
            if (layers[layer].Parameters == 0) continue;
            if (last < 0) last = layer;
            held += 4.0 * layers[layer].Parameters;
            if (held < bucketBytes) continue;
            buckets.Add(new Bucket(layer, last));
            (last, held) = (-1, 0);
        }
        if (last >= 0) buckets.Add(new Bucket(layers.ToList().FindIndex(l => l.Parameters > 0), last));
        return buckets.ToImmutable();
    }
}

/// <summary>A bucket and how long the channel needs for it.</summary>
public sealed record Transfer(Bucket Bucket, double Seconds);
