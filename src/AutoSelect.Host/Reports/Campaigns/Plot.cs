using System.Globalization;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>A drawing with an axis at the left and one below, as SVG.</summary>
/// <param name="x">From and to.</param>
/// <param name="y">From and to.</param>
internal sealed class Plot((double From, double To) x, (double From, double To) y)
{
    public const int Width = 860, Height = 300, Left = 70, Below = 34;

    private readonly Html marks = new();

    public Html Marks => marks;

    public string X(double value) => Number(Left + Share(value, x) * (Width - Left - 12));

    public string Y(double value) => Number(10 + (1 - Share(value, y)) * (Height - Below - 10));

    /// <summary>The drawing with its axes.</summary>
    /// <param name="label">What it shows, for those who do not see it.</param>
    /// <param name="below">Of the lower axis.</param>
    /// <param name="textX">How its values are written.</param>
    /// <param name="textY">How those of the left axis are written.</param>
    public Markup ToMarkup(string label, string below, Func<double, string> textX, Func<double, string> textY)
    {
        var html = new Html();
        html.Add($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"100%\" role=\"img\" aria-label=\"{label}\">\n");
        for (var i = 0; i <= 4; i++)
        {
            var (atX, atY) = (x.From + i / 4.0 * (x.To - x.From), y.From + i / 4.0 * (y.To - y.From));
            html.Add($"""
                <line class="axis" x1="{Left}" x2="{Width - 12}" y1="{Y(atY)}" y2="{Y(atY)}" stroke-opacity=".4"/>
                <text x="{Left - 6}" y="{Y(atY)}" dy="4" text-anchor="end">{textY(atY)}</text>

                """);
            // The last one would reach beyond the drawing.
            var anchor = i < 4 ? "middle" : "end";
            html.Add($"<text x=\"{X(atX)}\" y=\"{Height - Below + 18}\" text-anchor=\"{anchor}\">{textX(atX)}</text>\n");
        }
        html.Add($"<text x=\"{Width - 12}\" y=\"{Height - 2}\" text-anchor=\"end\">{below}</text>\n{marks.ToMarkup()}</svg>\n");
        return html.ToMarkup();
    }

    /// <summary>From the least to the greatest value, widened where they are one.</summary>
    public static (double From, double To) Range(IEnumerable<double> values)
    {
        var all = values.Where(double.IsFinite).ToList();
        if (all.Count == 0) return (0, 1);
        var (from, to) = (all.Min(), all.Max());
        return to > from ? (from, to) : (from - Math.Max(1e-9, Math.Abs(from) * 0.05), to + Math.Max(1e-9, Math.Abs(to) * 0.05));
    }

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Colour of a share of the way from the best, 0, to the worst, 1.</summary>
    public static string Colour(double share) => $"hsl({Number(210 - 180 * Math.Clamp(share, 0, 1))} 70% 50%)";

    private static double Share(double value, (double From, double To) range) =>
        Math.Clamp((value - range.From) / (range.To - range.From), 0, 1);
}
