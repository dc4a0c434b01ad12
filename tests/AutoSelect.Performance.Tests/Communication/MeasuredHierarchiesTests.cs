using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

/// <summary>
/// Fits to all-reduces that were measured: every hierarchy of 2, 4 and 8 ranks on two processors, lower quartiles of interleaved rounds;
/// over TCP under other load, through shared memory without.
/// </summary>
public sealed class MeasuredHierarchiesTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<CollectiveMeasurement> All =
        CollectiveMeasurement.Parse(File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "Communication", "measured-hierarchies.jsonl")));

    private static readonly Func<int, Topology>[] Shapes =
    [
        ranks => Topology.Flat(ranks, new Link("link", 0, 0)),
        ranks => Topology.Flat(ranks, new Link("link", 0, 0, LinkSharing.Processors, Lanes: 2)),
    ];

    [Theory]
    [InlineData("tcp at 100 Mbit/s and 2 ms", 0.95, 0.9)]
    [InlineData("tcp", 0.95, 0.9)]
    [InlineData("shared memory", 0.9, 1)]
    public void The_model_is_within_15_percent_and_finds_the_fastest(string transport, double within, double found)
    {
        var measured = All.Where(m => m.Transport == transport).ToArray();
        var (close, best, near) = Judge(Predict(CollectiveModel.Fit(measured, Shapes), measured));
        output.WriteLine($"{transport}: within 15 % {close:P0}, fastest found {best:P0}, or within 5 % of it {near:P0}");
        Assert.True(close >= within, $"{close:P0} within 15 %");
        Assert.True(near >= found, $"{near:P0} within 5 % of the fastest");
    }

    [Theory]
    [InlineData("tcp at 100 Mbit/s and 2 ms", 0.9)]
    [InlineData("shared memory", 0.85)]
    public void Sizes_that_were_left_out_are_predicted(string transport, double found)
    {
        var measured = All.Where(m => m.Transport == transport).ToArray();
        var left = measured.GroupBy(m => m.Bytes).OrderBy(g => g.Key).Skip(1).SkipLast(1)
            .SelectMany(size => Predict(CollectiveModel.Fit(measured.Where(m => m.Bytes != size.Key), Shapes), size));
        var (close, best, _) = Judge(left);
        output.WriteLine($"left out: within 15 % {close:P0}, fastest found {best:P0}");
        Assert.True(close >= 0.9, $"{close:P0} within 15 %");
        Assert.True(best >= found, $"{best:P0} found");
    }

    private static (double Close, double Best, double Near) Judge(IEnumerable<(CollectiveMeasurement Measured, double Seconds)> predicted)
    {
        var pairs = predicted.ToArray();
        var cells = pairs.Where(p => p.Measured.Ranks > 2).GroupBy(p => (p.Measured.Ranks, p.Measured.Bytes))
            .Select(cell => (Chosen: cell.MinBy(p => p.Seconds).Measured, Fastest: cell.MinBy(p => p.Measured.Seconds).Measured)).ToArray();
        return (
            pairs.Count(p => Math.Abs(p.Seconds / p.Measured.Seconds - 1) < 0.15) / (double)pairs.Length,
            cells.Count(c => c.Chosen == c.Fastest) / (double)cells.Length,
            cells.Count(c => c.Chosen.Seconds <= 1.05 * c.Fastest.Seconds) / (double)cells.Length);
    }

    private static IEnumerable<(CollectiveMeasurement Measured, double Seconds)> Predict(
        CollectiveModel model, IEnumerable<CollectiveMeasurement> measured) =>
        measured.Select(m => (m, model.Forecast(m.Collective, m.Hierarchy, m.Bytes).MedianSeconds));
}
