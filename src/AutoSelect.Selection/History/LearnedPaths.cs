using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>Leads sampled paths to given ends.</summary>
internal static class LearnedPaths
{
    /// <summary>
    /// Largest factor by which a path is stretched; one that would need more, or would have to turn round, is drawn anew.
    /// </summary>
    private const double MostStretch = 50;

    /// <summary>
    /// Gives each sample the course of the path whose rank by its end is that of the sample's luck, stretched to reach the sample's end at
    /// its arrival, or at the horizon; from there on it stays. An end is a measured value, so it has no noise of its own.
    /// </summary>
    /// <param name="order">Samples from the luckiest on.</param>
    /// <param name="ends">By sample.</param>
    public static void Lead(SampledPaths paths, int[] order, double[] ends)
    {
        var width = paths.Width;
        var (latent, measured) = ((double[])paths.Latent.Clone(), (double[])paths.Measured.Clone());
        int[] rows = [.. Enumerable.Range(0, paths.Samples)];
        Array.Sort(Array.ConvertAll(rows, s => latent[(s + 1) * width - 1]), rows);
        for (var rank = 0; rank < order.Length; rank++)
        {
            var (sample, from) = (order[rank], rows[rank] * width);
            var to = sample * width;
            var arrival = paths.Arrivals?[sample] ?? double.PositiveInfinity;
            var last = width - 1;
            while (last > 1 && paths.Steps[last - 1] >= arrival) last--;
            var (start, wanted) = (latent[from], ends[sample] - latent[from]);
            var factor = wanted / (latent[from + last] - start);
            for (var j = 1; j < width; j++)
            {
                var noise = measured[from + j] - latent[from + j];
                paths.Latent[to + j] = j >= last ? ends[sample]
                    : factor is > 0 and < MostStretch ? start + factor * (latent[from + j] - start)
                    : start + wanted * Math.Sqrt(j / (double)last);
                paths.Measured[to + j] = j >= last ? ends[sample] : paths.Latent[to + j] + noise;
            }
            paths.Latent[to] = start;
        }
    }
}
