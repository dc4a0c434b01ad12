using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>The protocol as programs in three languages keep to it: by hand in bash and C#, and by the module for Python.</summary>
public sealed class ConformanceTests : IDisposable
{
    /// <summary>More steps than a program comes to before it is given an order, however late that is.</summary>
    private const long Endless = 1_000_000;

    private readonly ProgramJob job = new();

    public static TheoryData<string> Languages => ["bash", "python", "csharp"];

    public void Dispose() => job.Dispose();

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_trains_to_its_step_and_hands_over_its_state(string language)
    {
        var report = Run(language);
        Assert.Equal((SegmentEnd.BudgetReached, "", 100), (report.End, report.Reason, report.Step));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (10L * i, (double)i)), job.Recorder.Points.Select(p => (p.Step, p.Value)));
        Assert.Equal((100, $"{CountedState.After(100)}\n"), (report.Checkpoint!.Step, job.Saved(report.Checkpoint, "state")));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_goes_on_as_if_it_had_not_been_interrupted(string language)
    {
        var first = Run(language, until: 37);
        var second = Run(language, from: first.Checkpoint);
        Assert.Equal((SegmentEnd.BudgetReached, 37), (first.End, first.Checkpoint!.Step));
        Assert.Equal((SegmentEnd.BudgetReached, $"{CountedState.After(100)}\n"), (second.End, job.Saved(second.Checkpoint!, "state")));
        Assert.Equal(
            Enumerable.Range(1, 10).Select(i => (double)CountedState.After(10 * i)), job.Recorder.Points.Select(p => p.TrainingLoss));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_saves_and_ends_when_it_is_to_pause(string language)
    {
        job.OrderAfterFirstPoint(SegmentOrder.Interrupt);
        var report = Run(language, until: Endless);
        Assert.Equal((SegmentEnd.Interrupted, ""), (report.End, report.Reason));
        Assert.InRange(report.Checkpoint!.Step, 10, Endless - 1);
        Assert.Equal($"{CountedState.After(report.Checkpoint.Step)}\n", job.Saved(report.Checkpoint, "state"));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_saves_and_goes_on_when_asked_to(string language)
    {
        job.OrderWhen(
            SegmentOrder.Interrupt, seen => seen.Checkpoints.Count > 0 && seen.Points.Exists(p => p.Step > seen.Checkpoints[0].Step));
        var report = Run(language, a => a with { CheckpointEverySeconds = .05 }, until: Endless);
        Assert.Equal((SegmentEnd.Interrupted, ""), (report.End, report.Reason));
        Assert.InRange(report.Checkpoint!.Step, job.Recorder.Checkpoints[0].Step + 1, Endless - 1);
        Assert.Equal($"{CountedState.After(report.Checkpoint.Step)}\n", job.Saved(report.Checkpoint, "state"));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void It_ends_without_a_checkpoint_when_it_is_to_stop(string language)
    {
        job.OrderAfterFirstPoint(SegmentOrder.Abandon);
        var report = Run(language, until: Endless);
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
    }

    private SegmentReport Run(
        string language, Func<SegmentAssignment, SegmentAssignment>? change = null, long until = 100, Checkpoint? from = null) =>
        job.Run("", until, from, change: a => (change ?? (same => same))(a with
        {
            Workload = a.Workload with
            {
                Program = a.Workload.Program! with
                {
                    Command = language switch
                    {
                        "bash" => ["bash", Script("counting.sh")],
                        "python" => ["python3", Script("counting.py")],
                        _ => ["dotnet", CountingProgram],
                    },
                    Environment = a.Workload.Program.Environment.SetItem("MODULE", Path.Combine(SourceTree.Root, "clients", "python")),
                },
            },
        }));

    private static string Script(string name) =>
        Path.Combine(SourceTree.Root, "tests", "AutoSelect.Training.Tests", "Programs", "Conformance", name);

    private static string CountingProgram => Path.Combine(
        AppContext.BaseDirectory.Replace("AutoSelect.Training.Tests", "AutoSelect.Training.CountingProgram", StringComparison.Ordinal),
        "AutoSelect.Training.CountingProgram.dll");
}
