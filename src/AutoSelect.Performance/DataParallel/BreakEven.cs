using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>The bandwidth at which two encodings of the same gradients take equally long.</summary>
/// <remarks>A job compares times and needs no bandwidth: a benchmark holds this one against what was measured.</remarks>
public static class BreakEven
{
    /// <summary>
    /// Below the returned bandwidth <paramref name="compressed"/> is faster than fp32, above it is slower. All-reduce and encoding one
    /// after the other over one hierarchy:
    /// <code>
    /// T(β) = Σ aⱼαⱼ + Σ bⱼβⱼ + gγ + work, linear in the β of the chosen link, so  β* = (p_c - p_f)/(q_f - q_c)
    /// one link, a cast of κ seconds per fp32 byte, fp16:  1/β* = (p-1)/(pκ - ½(p-1)γ)
    /// </code>
    /// with p the part of T without that β and q its bytes. It does not depend on the number of bytes where both need as many messages.
    /// </summary>
    /// <param name="topology">Its other links keep their times; that of <paramref name="level"/> is the unknown.</param>
    /// <param name="level">0 is the innermost link.</param>
    /// <param name="layers">What is sent, as one bucket.</param>
    /// <returns>Bytes per second; infinite where the compressed form is faster at any bandwidth, 0 where at none.</returns>
    public static double BytesPerSecond(
        Topology topology, int level, Hierarchy hierarchy, GradientCompression compressed,
        IReadOnlyList<LayerTime> layers, ProcessorCosts costs)
    {
        var (fixedFull, bytesFull) = Line(topology, level, hierarchy, GradientCompression.Fp32, layers, costs);
        var (fixedCompressed, bytesCompressed) = Line(topology, level, hierarchy, compressed, layers, costs);
        var saved = bytesFull - bytesCompressed;
        var paid = fixedCompressed - fixedFull;
        if (paid <= 0) return saved >= 0 ? double.PositiveInfinity : 0;
        return Math.Max(0, saved / paid);
    }

    private static (double Fixed, double Bytes) Line(
        Topology topology, int level, Hierarchy hierarchy, GradientCompression compression,
        IReadOnlyList<LayerTime> layers, ProcessorCosts costs)
    {
        double seconds = compression.WorkSeconds(layers, costs), slope = 0;
        foreach (var bytes in compression.Messages(layers))
        {
            var weight = CollectiveTime.Terms(topology, Collective.AllReduce, hierarchy, bytes)[Link.Times * level + 1];
            seconds += CollectiveTime.Seconds(topology, Collective.AllReduce, hierarchy, bytes)
                - weight * topology.Levels[level].Link.SecondsPerByte;
            slope += weight;
        }
        return (seconds, slope);
    }
}
