using System.Globalization;
using System.Net;
using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Benchmarks;

/// <summary>Processes that train segments together, or the first of them alone, over the machine's memory or a slowed-down link.</summary>
/// <param name="ranks">Number of processes.</param>
/// <param name="bytesPerSecond">Bandwidth of each rank's link; 0 for shared memory.</param>
/// <param name="latencySeconds">Latency of the link.</param>
internal sealed class RankedTrainer(int ranks, double bytesPerSecond = 0, double latencySeconds = 0) : IDisposable
{
    private readonly RankProcesses processes = Start(ranks, bytesPerSecond, latencySeconds);

    /// <summary>Where data sets are kept between runs of benchmarks.</summary>
    public static string DataDirectory =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "autoselect", "datasets");

    /// <summary>Trains a segment as its placement says.</summary>
    /// <param name="assignment">The segment.</param>
    /// <param name="sideBySide">Every rank trains it alone, all at the same time.</param>
    /// <returns>What the leader answers.</returns>
    /// <exception cref="InvalidOperationException">It did not end as it should.</exception>
    public RankAnswer Train(SegmentAssignment assignment, bool sideBySide = false)
    {
        var answers = Ask(new RankCommand(assignment, SideBySide: sideBySide));
        if (answers.Select(a => a.Report)
            .FirstOrDefault(r => r is not null and not { End: SegmentEnd.BudgetReached or SegmentEnd.TargetReached }) is { } failed)
            throw new InvalidOperationException($"{failed.Trial} ended as {failed.End}: {failed.Reason}");
        return answers[0];
    }

    /// <summary>Times of the layers at a batch size, while all ranks compute; of the slowest rank.</summary>
    public IReadOnlyList<LayerTime> Layers(SegmentAssignment assignment, int batch, int steps) =>
        Ask(new RankCommand(assignment, LayerBatch: batch, Steps: steps)).MaxBy(a => a.Layers.Sum(l => l.Seconds))!.Layers;

    /// <summary>
    /// Seconds of all-reduces of so many bytes of gradients, one at a time, with the segment's communication; of the slowest rank.
    /// </summary>
    public IReadOnlyList<double> Transfers(SegmentAssignment assignment, IReadOnlyList<long> bytes, int repetitions)
    {
        var answers = Ask(new RankCommand(assignment, Transfers: bytes, Steps: repetitions));
        return [.. bytes.Select((_, i) => answers.Max(a => a.TransferSeconds[i]))];
    }

    /// <summary>What the group measures of its links and casts.</summary>
    public GroupMeasurement Links(SegmentAssignment assignment) =>
        GroupMeasurement.Parse(Ask(new RankCommand(assignment, ProbesLinks: true))[0].Links!);

    public void Dispose() => processes.Dispose();

    private List<RankAnswer> Ask(RankCommand command)
    {
        processes.Tell(JsonSerializer.Serialize(command, RecordJson.Options));
        return [.. processes.Hear().Select(line => JsonSerializer.Deserialize<RankAnswer>(line, RecordJson.Options)!)];
    }

    private static RankProcesses Start(int ranks, double bytesPerSecond, double latencySeconds)
    {
        var token = Guid.NewGuid();
        return RankProcesses.Start(ranks, port => RankProcesses.Own(
            ranks, IPAddress.Loopback, port, "training-rank", $"{token}", Text(bytesPerSecond), Text(latencySeconds)).Select(command =>
            {
                // As for device processes: memory that is freed stays with the process.
                command.Environment["MALLOC_MMAP_THRESHOLD_"] = "4294967296";
                command.Environment["MALLOC_TRIM_THRESHOLD_"] = "8589934592";
                command.Environment.Remove("DOTNET_TieredPGO");
                command.Environment.Remove("DOTNET_TieredCompilation");
                return command;
            }));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
