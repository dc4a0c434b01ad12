namespace AutoSelect.Selection.History;

/// <summary>
/// What is seen of a curve at a cut, in units that carry over from one workload to another: its own recent spread is the unit U,
/// and the last value the origin.
/// </summary>
/// <param name="Features">
/// Recent course, noise, standing among the other candidates, and distances to the best possible value and to the target, all in U.
/// </param>
/// <param name="Unit">U &gt; 0, in units of the metric.</param>
/// <param name="Last">Last value z_c (smaller is better).</param>
/// <param name="Floor">Best possible value where there is one.</param>
/// <param name="Ceiling">Largest value taken for possible: as far above the largest one seen as that is above the smallest.</param>
/// <param name="Target">Target at which runs end, turned as the values; null without one.</param>
/// <param name="Overshoot">By how much a run that ends at its target typically passes it.</param>
internal sealed record CurveSituation(
    double[] Features, double Unit, double Last, double Floor, double Ceiling, double? Target, double Overshoot)
{
    /// <summary>Fractions of the cut at which the recent course is read.</summary>
    private static readonly double[] Octaves = [0.75, 0.5, 0.35, 0.25, 0.125];

    /// <summary>
    /// The same in distances to the target, and how far the problem's best candidates are from it; empty without a target and for a curve
    /// that has reached it.
    /// </summary>
    public double[] TargetFeatures { get; private init; } = [];

    /// <summary>True for a curve that has a target and has not reached it.</summary>
    public bool IsOpen => TargetFeatures.Length > 0;

    /// <summary>True when the last three values are equal to the last digit: whatever is trained has most likely collapsed.</summary>
    public bool IsFrozen { get; private init; }

    /// <summary>Reads what was seen of a curve.</summary>
    /// <param name="x">Fractions of the horizon, ascending.</param>
    /// <param name="z">Values, smaller is better.</param>
    /// <param name="target">Target, turned as z.</param>
    /// <param name="isShare">The metric is a share such as an accuracy, turned to lie from −1 to 0.</param>
    public static CurveSituation FromValues(
        ReadOnlySpan<double> x, ReadOnlySpan<double> z, double? target, bool isShare, ProblemStanding standing)
    {
        var last = z[^1];
        var (lowest, highest) = (Lowest(z), -Lowest(Negated(z)));
        var course = new double[Octaves.Length];
        var (least, most) = (last, last);
        for (var i = 0; i < course.Length; i++)
        {
            course[i] = Interpolated(x, z, Octaves[i] * x[^1]);
            (least, most) = (Math.Min(least, course[i]), Math.Max(most, course[i]));
        }
        var noise = Noise(z);
        var own = Math.Max(most - least, (z.Length < 6 ? 0.25 : 0.02) * (highest - lowest));
        var unit = Math.Max(Math.Max(own, noise), 1e-9 * Math.Abs(last) + 1e-12);
        double? floor = isShare && lowest >= -1 && highest <= 0 ? -1 : !isShare && lowest >= 0 ? 0 : null;
        double[] features =
        [
            .. course.Select(v => (v - last) / unit), noise / unit,
            Math.Asinh((last - standing.Best) / unit), Math.Asinh((last - standing.Median) / unit), Math.Asinh(standing.Quartiles / unit),
            Math.Asinh((last - lowest) / unit), Math.Asinh((z[0] - last) / unit),
            floor is { } f ? Math.Asinh((last - f) / unit) : 0, target is { } t ? Math.Asinh((last - t) / unit) : 0, target is null ? 0 : 1,
            Math.Min(z.Length, 100), standing.RankOf(last),
        ];
        var overshoot = target is { } end ? 0.1 * Math.Abs(last - end) + 0.5 * Math.Abs(z.Length > 1 ? z[^1] - z[^2] : 0) : 0;
        return new CurveSituation(
            features, unit, last, Math.Min(floor ?? double.NegativeInfinity, last), highest + (highest - lowest), target, overshoot)
        {
            TargetFeatures = target is { } aim && lowest > aim ? InDistances(last - aim, z, course, noise, unit, standing) : [],
            IsFrozen = z.Length >= 3 && z[^1] == z[^2] && z[^2] == z[^3],
        };
    }

    /// <summary>
    /// Gain from the last value to another one, in U, compressed so that rare explosions do not rule: asinh((z_c − z)/U).
    /// </summary>
    public double GainTo(double value) => Math.Asinh((Last - value) / Unit);

    /// <summary>
    /// The value that a gain leads to, within what can come. A run ends where it measures its target, so little of what lies beyond is
    /// granted.
    /// </summary>
    public double ValueAt(double gain)
    {
        var value = Last - Unit * Math.Sinh(Math.Clamp(gain, -20, 20));
        if (Target is { } target && target < Last && value < target && Overshoot > 0)
            value = target - Overshoot * (1 - Math.Exp((value - target) / Overshoot));
        return Math.Clamp(value, Floor, Math.Max(Ceiling, Last));
    }

    private static double[] InDistances(
        double distance, ReadOnlySpan<double> z, double[] course, double noise, double unit, ProblemStanding standing)
    {
        var last = z[^1];
        return
        [
            .. course.Select(v => Math.Asinh((v - last) / distance)), Math.Asinh(noise / distance), Math.Log(unit / distance),
            Math.Asinh((last - standing.Best) / distance), Math.Asinh((last - standing.Median) / distance),
            Math.Log(1e-3 + standing.Quartiles / distance), Math.Asinh((last - Lowest(z)) / distance), Math.Asinh((z[0] - last) / distance),
            standing.RankOf(last), Math.Min(z.Length, 100), Math.Asinh((standing.Best - (last - distance)) / distance),
        ];
    }

    private static double Interpolated(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double at)
    {
        if (at <= x[0]) return z[0];
        var j = 1;
        while (j < x.Length - 1 && x[j] < at) j++;
        if (j >= x.Length) return z[^1];
        double from = Math.Log(Math.Max(1e-6, x[j - 1])), to = Math.Log(Math.Max(1e-6, x[j]));
        var share = to > from ? Math.Clamp((Math.Log(Math.Max(1e-6, at)) - from) / (to - from), 0, 1) : 1;
        return z[j - 1] + share * (z[j] - z[j - 1]);
    }

    /// <summary>Median distance of the last eight changes from their median.</summary>
    private static double Noise(ReadOnlySpan<double> z)
    {
        if (z.Length < 4) return 0;
        var changes = new double[Math.Min(8, z.Length - 1)];
        for (var i = 0; i < changes.Length; i++) changes[i] = z[z.Length - 1 - i] - z[z.Length - 2 - i];
        Array.Sort(changes);
        var middle = SortedValues.At(changes, 0.5);
        for (var i = 0; i < changes.Length; i++) changes[i] = Math.Abs(changes[i] - middle);
        Array.Sort(changes);
        return 1.05 * SortedValues.At(changes, 0.5);
    }

    private static double Lowest(ReadOnlySpan<double> values)
    {
        var lowest = values[0];
        foreach (var value in values) lowest = Math.Min(lowest, value);
        return lowest;
    }

    private static double[] Negated(ReadOnlySpan<double> values)
    {
        var negated = values.ToArray();
        for (var i = 0; i < negated.Length; i++) negated[i] = -negated[i];
        return negated;
    }
}
