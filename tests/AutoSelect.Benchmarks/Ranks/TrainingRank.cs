using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// One rank of the benchmarks that train, a process of its own: a line of JSON is a segment to train, together or by the leader alone, or
/// something to measure.
/// </summary>
internal sealed class TrainingRank : Benchmark
{
    public override string Name => "training-rank";

    public override string Summary => "one rank, started by the benchmarks that train: host port rank token bytes-per-second latency";

    public override int Run(string[] arguments)
    {
        var (bandwidth, latency) =
            (double.Parse(arguments[4], CultureInfo.InvariantCulture), double.Parse(arguments[5], CultureInfo.InvariantCulture));
        using var connection = new RankConnection(
            arguments, new GroupOptions { Shape = bandwidth > 0 ? new LinkShape(bandwidth, latency) : null });
        using var trainer = new SegmentTrainer(
            new StrategyCatalogue(typeof(Sgd).Assembly), new WorkloadCatalogue(), RankedTrainer.DataDirectory, CPU);
        var ranks = new TrainingRanks(connection.Group);
        while (connection.Hear() is { } line)
        {
            var command = JsonSerializer.Deserialize<RankCommand>(line, RecordJson.Options)!;
            var segment = command.SideBySide ? command.Segment with { Folder = $"{command.Segment.Folder}-{ranks.Rank}" }
                : command.Segment;
            var answer = command.LayerBatch > 0
                ? new RankAnswer(null, [], MeasuredLayers.Measure(command.Segment, command.LayerBatch, command.Steps), [])
                : command.Transfers is { } transfers ? new(null, [], [], [.. transfers.Select(bytes => Transfer(bytes, command, ranks))])
                : command.ProbesLinks ? new(null, [], [], [], LinkProbe.Run(connection.Group).ToJson())
                : Train(trainer, segment, ranks, command.SideBySide);
            connection.Answer(JsonSerializer.Serialize(answer, RecordJson.Options));
        }
        return 0;
    }

    private static double Transfer(long bytes, RankCommand command, TrainingRanks ranks)
    {
        var method = new ExchangeMethods(ranks.Group, GradientCommunication.Parse(command.Segment.Candidate.Communication), new(), seed: 1)
            .ForValues((int)(bytes / sizeof(float)), 0);
        var values = new float[bytes / sizeof(float)];
        var seconds = new List<double>();
        for (var i = 0; i <= command.Steps; i++)
        {
            Array.Fill(values, 1e-3f);
            ranks.Group.Barrier();
            var began = Stopwatch.GetTimestamp();
            method.Run(values);
            if (i > 0) seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return seconds.LowerQuartile();
    }

    private static RankAnswer Train(SegmentTrainer trainer, SegmentAssignment assignment, TrainingRanks ranks, bool sideBySide)
    {
        var points = new List<CurvePoint>();
        if (assignment.Placement is null && ranks.Rank > 0 && !sideBySide) return new(null, points, [], []);
        trainer.Prepare(assignment.Workload);
        var report = assignment.Placement is { } placement
            ? trainer.Train(assignment with { Placement = placement with { Rank = ranks.Rank } }, new Watcher(points), ranks)
            : trainer.Train(assignment, new Watcher(points));
        return new(report, points, [], []);
    }

    private sealed class Watcher(List<CurvePoint> points) : ISegmentObserver
    {
        public SegmentOrder Order => SegmentOrder.Continue;

        public void OnPoint(CurvePoint point) => points.Add(point);

        public void OnCheckpoint(Checkpoint checkpoint) { }

        public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) { }
    }
}
