using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>Segments of a program that is a shell script.</summary>
internal sealed class ProgramJob : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("programs").FullName;
    private long token;

    /// <summary>Whom programs run as.</summary>
    public ProgramAccount? Account { get; set; }

    /// <summary>The CUDA device that they are to see.</summary>
    public int? CudaDevice { get; set; }

    /// <summary>How their checkpoints are packed.</summary>
    public PackFolder Pack { get; set; } = ProgramCheckpoint.Write;

    /// <summary>What the file system of their folders has left.</summary>
    public Func<string, FileSystemSpace> Space { get; set; } = FileSystemSpace.Of;

    /// <summary>Of segments.</summary>
    public PushedClock Clock { get; } = new();

    public Recorder Recorder { get; private set; } = new();

    /// <summary>Has an order given once a point has come.</summary>
    public void OrderAfterFirstPoint(SegmentOrder order) => OrderWhen(order, seen => seen.Points.Count > 0);

    /// <summary>Has an order given once what was seen of the program says so.</summary>
    public void OrderWhen(SegmentOrder order, Func<Recorder, bool> isTime, Action<CurvePoint>? told = null) =>
        Recorder = new Recorder { Orders = _ => isTime(Recorder) ? order : SegmentOrder.Continue, WhenPoint = told };

    /// <summary>Has a quarter of the usual patience pass at each look at which what was seen of the program says so.</summary>
    public void PassPatienceWhen(Func<Recorder, bool> isTime) => Recorder = new Recorder
    {
        Orders = _ =>
        {
            if (isTime(Recorder)) Clock.Push(TimeSpan.FromSeconds(ProgramReference.UsualPatienceSeconds / 4));
            return SegmentOrder.Continue;
        },
    };

    /// <summary>Has each point told as it comes.</summary>
    public void OnPoint(Action<CurvePoint> told) => Recorder = new Recorder { WhenPoint = told };

    public string TrialFolder => Path.Combine(folder, "t01");

    /// <summary>Where the device has its local files.</summary>
    public string LocalFolder => Path.Combine(folder, "local");

    /// <summary>Where the script is.</summary>
    public string Folder => folder;

    /// <summary>Text of a file of a checkpoint.</summary>
    public string Saved(Checkpoint checkpoint, string file)
    {
        var to = Directory.CreateDirectory(Path.Combine(folder, $"unpacked-{Guid.NewGuid():N}")).FullName;
        ProgramCheckpoint.Unpack(checkpoint, to);
        return File.ReadAllText(Path.Combine(to, file));
    }

    /// <summary>A line of a script that waits until a point has come.</summary>
    public string UntilFirstPoint()
    {
        var seen = Path.Combine(folder, "point");
        OnPoint(_ => File.WriteAllText(seen, ""));
        return $"while [ ! -e '{seen}' ]; do sleep 0.01; done";
    }

    /// <summary>A line of a script that waits until a checkpoint was taken over, and all that was told before it.</summary>
    public static string UntilTakenOver(string name) => $"while [ -e \"$AUTOSELECT_CHECKPOINTS/{name}\" ]; do sleep 0.01; done";

    /// <summary>Runs a segment of the script.</summary>
    /// <param name="script">Of bash; reports with <c>say</c> and saves with <c>save STEP</c>.</param>
    public SegmentReport Run(
        string script, long until = 100, Checkpoint? from = null, double patience = ProgramReference.UsualPatienceSeconds,
        double? target = null, Func<SegmentAssignment, SegmentAssignment>? change = null, PointSource? points = null, bool canResume = true,
        long disk = 1L << 30, int processes = ProgramReference.UsualProcessLimit)
    {
        var file = Path.Combine(folder, "program.sh");
        File.WriteAllText(file, Words + script);
        var assignment = new SegmentAssignment
        {
            Job = new JobId("job-1"),
            Trial = TrialId.At(0),
            LeaseToken = ++token,
            Candidate = new Candidate
            {
                Name = "a",
                Strategy = "program",
                BatchSize = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
                Seed = 7,
                Arguments = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
                    new Dictionary<string, string> { ["lr"] = "0.1", ["name"] = "\"a b\"", ["fast"] = "true", ["slow"] = "false" }),
            },
            Workload = new WorkloadReference
            {
                Name = "program.sh",
                Program = new ProgramReference
                {
                    Command = ["bash", file],
                    Metric = "accuracy",
                    Direction = Direction.Maximize,
                    PatienceSeconds = patience,
                    Points = points,
                    CanResume = canResume,
                    DiskBytes = disk,
                    ProcessLimit = processes,
                },
            },
            Evaluation = new EvaluationPolicy(),
            From = from,
            UntilStep = until,
            StopAtValue = target,
            CheckpointEverySeconds = 1e6,
            Folder = TrialFolder,
            HorizonSteps = Math.Max(100, until),
            Direction = Direction.Maximize,
            Rung = 0,
        };
        var place = new ProgramPlace(LocalFolder, Account, CudaDevice) { Pack = Pack, Space = Space };
        return new ProgramSegment(change?.Invoke(assignment) ?? assignment, Recorder, place, Clock).Train();
    }

    /// <summary>Command lines of processes that were started for its programs and live.</summary>
    public List<string> Left()
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            try
            {
                // By the folder that they were started in too: an environment can be emptied.
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains(LocalFolder, StringComparison.Ordinal)
                    || new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.Contains(LocalFolder, StringComparison.Ordinal) == true)
                    found.Add(File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' '));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone, or another account's.
            }
        }
        return found;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Words = """
        say() { echo "$1" > "$AUTOSELECT_REPORTS"; }
        save() {
          mkdir -p "$AUTOSELECT_CHECKPOINTS/$1"; echo "state $1" > "$AUTOSELECT_CHECKPOINTS/$1/state"
          say "{\"saved\":\"$AUTOSELECT_CHECKPOINTS/$1\",\"step\":$1}"
        }
        order() { read -r line < "$AUTOSELECT_ORDERS"; echo "$line"; }

        """;
}
