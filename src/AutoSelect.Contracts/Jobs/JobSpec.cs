using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>A validated job as it is submitted: the candidates are already expanded.</summary>
public sealed record JobSpec
{
    /// <summary>Label that says what in a job was simulated; a job that was measured throughout has none.</summary>
    public const string SimulatedLabel = "simulated";

    /// <summary>Project of a job that was given none.</summary>
    public const string DefaultProject = "default";

    public required string Name { get; init; }
    public required WorkloadReference Workload { get; init; }
    public required Objective Objective { get; init; }

    /// <summary>Probability with which intervals cover and a commit is to be right, 0.5 to 0.999; default 0.9.</summary>
    public double Confidence { get; init; } = 0.9;

    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Name of the candidate that would have been run without AutoSelect.</summary>
    public required string Baseline { get; init; }

    public ProbeBudget Probe { get; init; } = new();
    public CommitResources Commit { get; init; } = new();
    public CheckpointPolicy Checkpoints { get; init; } = new();
    public EvaluationPolicy Evaluation { get; init; } = new();
    public required long Seed { get; init; }

    /// <summary>Name of the selection policy: "insured" (default), or "exhaustive", which trains every candidate to its end.</summary>
    public string Policy { get; init; } = "insured";

    /// <summary>Training examples of the workload, from its description; turns epochs into steps.</summary>
    public required int TrainingExamples { get; init; }

    /// <summary>Labels put on the job's spans and logs.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Step times by candidate's name, as the performance model predicts them from earlier jobs; what a policy goes by before
    /// a candidate has run.</summary>
    public ImmutableSortedDictionary<string, StepTimeForecast> StepTimes { get; init; } =
        ImmutableSortedDictionary<string, StepTimeForecast>.Empty;

    /// <summary>SHA-256, in lower-case hex, of the recording that the policy learns from, fixed at submission so that decisions can be
    /// repeated; the store keeps the recording under it. Several, of earlier jobs and of the prior that comes with AutoSelect, are joined
    /// by "+". Null for none.</summary>
    public string? History { get; init; }

    /// <summary>Project that the job belongs to; decides who may see it.</summary>
    public string Project { get; init; } = DefaultProject;

    /// <summary>Who submitted it: the name of an API key or of a user; empty where it is not known.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The higher, the earlier it is admitted and served; see <see cref="JobPriority"/>.</summary>
    public int Priority { get; init; } = JobPriority.Normal;

    /// <summary>
    /// SHA-256, in lower-case hex, of what was submitted under the submitter's own id, to tell a repetition from another job; null where
    /// there is no such id.
    /// </summary>
    public string? SubmissionDigest { get; init; }

    /// <summary>Address that is told of the job's end; null for none. Only http or https.</summary>
    public string? Notify { get; init; }

    /// <summary>
    /// How step times carry over to other numbers of devices; null where every run takes as many devices as its trial, which is one.
    /// </summary>
    public RankForecast? Ranks { get; init; }

    /// <summary>
    /// Strategies that the assembly of a user's own workload brought along when the job was planned, in order of name; empty for other
    /// workloads. So that what reads a job need not load anybody's code.
    /// </summary>
    public ImmutableArray<StrategyDescription> OwnStrategies { get; init; } = [];
}

/// <summary>A workload by name, or by the assembly and type of a user's own, with its options.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.WorkloadReference")]
public sealed record WorkloadReference
{
    /// <summary>Name in the catalogue, or full type name when <see cref="Assembly"/> is set.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Absolute path of the assembly that holds a user's own workload.</summary>
    [Id(1)] public string? Assembly { get; init; }

    /// <summary>Options as the workload documents them, such as "hidden" or "data".</summary>
    [Id(2)] public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// SHA-256, in lower-case hex, of the assembly when the job was planned: another file of that path is not loaded. Null, the default,
    /// takes any.
    /// </summary>
    [Id(3)] public string? AssemblySha256 { get; init; }

    /// <summary>The program that trains it, of which <see cref="Name"/> is the name; null for a workload in C#.</summary>
    [Id(4)] public ProgramReference? Program { get; init; }

    /// <summary>True where its runs are trained by clients that ask for them, and not on devices of AutoSelect's.</summary>
    [JsonIgnore] public bool IsElsewhere => Program is { IsElsewhere: true };

    /// <summary>
    /// What recordings call it: the name, then the options that were given, "fashion-mnist-mlp dataset=mnist hidden=64-32". Runs of one
    /// label train the same model on the same data. Of a path its last part; of a program its arguments, and a mark of its command.
    /// </summary>
    [JsonIgnore]
    public string Label => string.Join(' ', Options.Select(o => $"{o.Key}={Path.GetFileName(o.Value)}").Prepend(Name)
        .Concat(Program?.Label() ?? []));
}

/// <summary>What finding out may cost.</summary>
public sealed record ProbeBudget
{
    /// <summary>Devices used side by side while probing, of which a trial takes as many as its candidate has ranks; default 2.</summary>
    public int Devices { get; init; } = 2;

    /// <summary>
    /// What a second of a borrowed device is worth, in seconds of the job, at least 0; default 0.08. The smaller, the more candidates race.
    /// </summary>
    public double Price { get; init; } = 0.08;

    /// <summary>
    /// The premium ρ of the job's insurance, as a share of an optimistic time of the baseline to its objective, 0 to 1; default 0.1. By so
    /// much the job may end later than the baseline alone would have.
    /// </summary>
    public double Insurance { get; init; } = 0.1;
}

/// <summary>What the committed run gets.</summary>
public sealed record CommitResources
{
    /// <summary>
    /// Most devices of the committed run, where its candidate's own ranks are not more; default 1. See <see cref="RankRules.CommitRanks"/>.
    /// </summary>
    public int Devices { get; init; } = 1;
}

/// <summary>How often checkpoints are written and how much disk they may take.</summary>
public sealed record CheckpointPolicy
{
    /// <summary>Seconds of training between checkpoints within a segment; every segment ends with one. Default 10.</summary>
    public double EverySeconds { get; init; } = 10;

    /// <summary>Bytes that all checkpoints of the job may take together; default 4 GiB.</summary>
    public long DiskLimitBytes { get; init; } = 4L << 30;
}

/// <summary>How often the metric is measured.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.EvaluationPolicy")]
public sealed record EvaluationPolicy
{
    /// <summary>Evaluations per pass over the training data, after a denser first epoch; default 2.</summary>
    [Id(0)] public double PerEpoch { get; init; } = 2;

    /// <summary>The steps at which a run is evaluated: eighths and quarters of an epoch first, then evenly, and the last step.</summary>
    /// <param name="stepsPerEpoch">Steps in one epoch.</param>
    /// <param name="horizonSteps">Steps of the whole run.</param>
    public bool IsDue(long step, long stepsPerEpoch, long horizonSteps)
    {
        if (step <= 0) return false;
        if (step == horizonSteps) return true;
        if (step < stepsPerEpoch && (IsMultiple(step, stepsPerEpoch / 4.0) || step == Math.Max(1, stepsPerEpoch / 8))) return true;
        return IsMultiple(step, Math.Max(1, stepsPerEpoch / PerEpoch));
    }

    private static bool IsMultiple(long step, double interval) =>
        interval >= 1 && Math.Floor(step / interval) > Math.Floor((step - 1) / interval);
}
