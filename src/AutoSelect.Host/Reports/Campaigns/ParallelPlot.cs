using AutoSelect.Campaigns.Machine;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>Parallel coordinates: an axis for each parameter, a line for each point, coloured from the best to the worst.</summary>
internal static class ParallelPlot
{
    private const int Width = 860, Height = 280, Margin = 60;

    public static Markup Draw(CampaignRecord record)
    {
        var (space, goal) = (record.Spec.Space, record.Spec.Goal);
        // The best last, so that they lie on top.
        var points = record.Points.Where(p => p.Loss(goal) is { } loss && double.IsFinite(loss))
            .OrderByDescending(p => p.Loss(goal)).ToList();
        var html = new Html();
        html.Add($"""
            <section><h2>Parallel coordinates</h2>
            <p class="about">A line for each point that came to something, from the best (blue) to the worst (orange), by rank.</p>
            <svg viewBox="0 0 {Width} {Height}" width="100%" role="img" aria-label="Parallel coordinates of the points">

            """);
        var axes = space.Parameters.Length + 1;
        string X(int axis) => Plot.Number(Margin + axis * (Width - 2.0 * Margin) / Math.Max(1, axes - 1));
        string Y(double share) => Plot.Number(24 + (1 - share) * (Height - 60));
        Markup Text(int axis, int y, string text) =>
            new Html().Add($"<text x=\"{X(axis)}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>").ToMarkup();
        var rank = points.Count;
        foreach (var point in points)
        {
            var share = points.Count == 1 ? 0 : --rank / (points.Count - 1.0);
            var shares = space.SharesOf(point.Values).Append(1 - share);
            html.Add($"<polyline points=\"{string.Join(' ', shares.Select((s, i) => $"{X(i)},{Y(s)}"))}\" fill=\"none\" "
                + $"stroke=\"{Plot.Colour(share)}\" stroke-opacity=\"{(share < 0.2 ? ".95" : ".45")}\" "
                + $"stroke-width=\"{(share < 0.1 ? "2.5" : "1.2")}\">"
                + $"<title>{CampaignText.Number(point)}: {string.Join(' ', point.Values)}</title></polyline>\n");
        }
        for (var i = 0; i < axes; i++)
        {
            var isResult = i == space.Parameters.Length;
            html.Add($"""
                <line class="axis" x1="{X(i)}" x2="{X(i)}" y1="{Y(0)}" y2="{Y(1)}"/>
                {Text(i, 14, isResult ? "best" : space.Parameters[i].At(1))}
                {Text(i, Height - 22, isResult ? "worst" : space.Parameters[i].At(0))}
                {Text(i, Height - 6, isResult ? "rank" : space.Parameters[i].Key)}

                """);
        }
        return html.Add($"</svg></section>\n").ToMarkup();
    }
}
