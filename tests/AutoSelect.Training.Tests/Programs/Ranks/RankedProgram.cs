using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Training.Programs;
using AutoSelect.Training.Programs.Ranks;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests.Programs.Ranks;

/// <summary>Segments of a program on several ranks, each with a folder and an observer of its own as on a device of its own.</summary>
internal sealed class RankedProgram : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ranks").FullName;
    private long token;

    public string Folder => folder;

    /// <summary>Of the last segment, by rank.</summary>
    public Recorder[] Recorders { get; private set; } = [];

    /// <summary>Variables of the program.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Longer than anything here takes on a busy machine, but by the ranks' own clocks.</summary>
    public static TimeSpan Patience => TimeSpan.FromMinutes(10);

    /// <summary>By rank.</summary>
    public PushedClock[] Clocks { get; } = [new(), new()];

    /// <summary>A program in place of the one that counts.</summary>
    public ImmutableArray<string>? Command { get; set; }

    /// <summary>What the ranks do in place of running a segment; null where they run it.</summary>
    public Func<TrainingRanks, SegmentReport?> Instead { get; set; } = _ => null;

    /// <summary>Text of a file of a checkpoint.</summary>
    public string Saved(Checkpoint checkpoint, string file)
    {
        var to = Directory.CreateDirectory(Path.Combine(folder, $"unpacked-{Guid.NewGuid():N}")).FullName;
        ProgramCheckpoint.Unpack(checkpoint, to);
        return File.ReadAllText(Path.Combine(to, file));
    }

    /// <summary>The step after which a rank's program ended.</summary>
    public long EndedAfter(int rank) => long.Parse(File.ReadAllText(Path.Combine(folder, $"{rank}")), CultureInfo.InvariantCulture);

    /// <summary>Runs a segment on two ranks.</summary>
    /// <param name="order">Given to a rank, by what the first one has told; null for none.</param>
    public SegmentReport[] Run(
        Func<int, Recorder, SegmentOrder>? order = null, long until = 100, Checkpoint? from = null,
        Func<SegmentAssignment, SegmentAssignment>? change = null)
    {
        token += 10;
        var assignment = (change ?? (same => same))(Assignment(until, from));
        Recorders = [.. Enumerable.Range(0, 2).Select(rank => new Recorder
        {
            Orders = _ => order?.Invoke(rank, Recorders[0]) ?? SegmentOrder.Continue,
        })];
        return RankThreads.Run(2, ranks => Instead(ranks) ?? new ProgramSegment(
            assignment with { LeaseToken = token + ranks.Rank }, Recorders[ranks.Rank],
            new ProgramPlace(Path.Combine(folder, $"local-{ranks.Rank}")), Clocks[ranks.Rank],
            new ProgramRanks(ranks.Group, "127.0.0.1")).Train());
    }

    /// <summary>A segment that two ranks are to train.</summary>
    public SegmentAssignment Assignment(long until = 100, Checkpoint? from = null) => new()
    {
        Job = new JobId("job-1"),
        Trial = TrialId.At(0),
        LeaseToken = token,
        Candidate = new Candidate
        {
            Name = "a",
            Strategy = "program",
            BatchSize = 1,
            Ranks = 2,
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
            Seed = 7,
        },
        Workload = new WorkloadReference
        {
            Name = "counting",
            Program = new ProgramReference
            {
                Command = Command ?? ["python3", Conformance("counting_ranks.py")],
                Metric = "accuracy",
                Direction = Direction.Maximize,
                PatienceSeconds = Patience.TotalSeconds,
                Environment = Variables.ToImmutableSortedDictionary(StringComparer.Ordinal)
                    .SetItem("MODULE", Path.Combine(SourceTree.Root, "clients", "python")).SetItem("NOTES", folder),
            },
        },
        Evaluation = new EvaluationPolicy(),
        From = from,
        UntilStep = until,
        CheckpointEverySeconds = 1e6,
        Folder = Path.Combine(folder, "t01"),
        HorizonSteps = 100,
        Direction = Direction.Maximize,
        Rung = 0,
    };

    /// <summary>Path of a program that keeps to the protocol.</summary>
    public static string Conformance(string name) =>
        Path.Combine(SourceTree.Root, "tests", "AutoSelect.Training.Tests", "Programs", "Conformance", name);

    /// <summary>The state after so many steps on any number of ranks, computed anew.</summary>
    public static string StateAfter(long steps)
    {
        var state = 0L;
        for (var step = 1L; step <= steps; step++) state = (state * 31 + 6 * step) % 1_000_003;
        return $"{state}\n";
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
