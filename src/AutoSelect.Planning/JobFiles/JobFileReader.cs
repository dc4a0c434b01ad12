using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Programs;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>
/// Reads a job file into <see cref="JobFile"/>, or into all its errors at once, each with its line. It works on YAML nodes and not
/// on deserialized objects because only nodes know their lines.
/// </summary>
internal static class JobFileReader
{
    /// <param name="job">The file.</param>
    /// <param name="inspection">What the device process offers; null checks only what the file alone can break.</param>
    public static JobFileReading Read(JobText job, Inspection? inspection)
    {
        var errors = new JobFileErrors(job.File);
        var root = YamlFile.Load(job.Text, errors, "workload, objective and epochs")?.Section(JobFileKeys.Root);
        if (root is null) return new JobFileReading(null, errors);

        var workload = WorkloadReader.Read(
            root.Required("workload", "name the workload to train, such as fashion-mnist-mlp"), job, inspection);
        var goal = ObjectiveReader.Read(root.Required("objective", $"give one of {ObjectiveReader.Kinds}"));
        var seed = root["seed"]?.Integer(0, long.MaxValue) ?? 1;
        var program = ProgramSection(root);
        var request = program is null ? null : ProgramCandidatesReader.Read(root, program, seed, inspection?.Catalogue);
        if (request is not null) workload = workload?.With(request.Arguments);
        var file = new JobFile
        {
            Name = JobName.Read(root["name"], job.File),
            Workload = errors.Concern("workload") ? null : workload,
            Goal = errors.Concern("objective") ? null : goal,
            Confidence = root["confidence"]?.Number("a probability from 0.5 to 0.999", p => p is >= 0.5 and <= 0.999) ?? 0.9,
            Candidates = request is null ? CandidatesReader.Read(root, seed, inspection?.Catalogue) : OfProgram(seed),
            Program = request,
            Baseline = root["baseline"]?.Text(),
            Probe = ReadProbe(root["probe"]),
            Commit = ReadCommit(root["commit"]),
            Checkpoints = ReadCheckpoints(root["checkpoints"]),
            Evaluation = ReadEvaluation(root["evaluation"], program is null ? new EvaluationPolicy() : ProgramWorkload.Evaluation),
            Policy = root["policy"]?.OneOf("insured", "exhaustive") ?? "insured",
            Priority = ReadPriority(root["priority"]),
            Labels = ReadLabels(root["telemetry"]),
            Notify = HookAddress.Read(root["notify"]),
            Lines = new JobFileLines(root.Self.Node),
        };
        return new JobFileReading(file, errors);
    }

    /// <summary>The workload's section where it is a program.</summary>
    private static YamlSection? ProgramSection(YamlSection root) =>
        root["workload"] is { IsMapping: true } workload && workload.Section(JobFileKeys.Workload) is { } section
            && ProgramReader.IsProgram(section) ? section : null;

    /// <summary>Nothing of the catalogue is expanded.</summary>
    private static CandidateRequest OfProgram(long seed) => new() { Epochs = [1], Seed = seed };

    private static WorkloadReference With(this WorkloadReference workload, ImmutableSortedDictionary<string, string> arguments) =>
        workload with { Program = workload.Program! with { Arguments = arguments } };

    /// <summary>What joins a job while it runs: the keys of a job file that make candidates.</summary>
    /// <param name="addition">As somebody wrote it.</param>
    /// <param name="job">What the rest is taken from.</param>
    /// <param name="catalogue">Strategies there are; null checks only what the text alone can break.</param>
    public static JobFileReading ReadAddition(JobText addition, JobSpec job, Catalogue? catalogue)
    {
        var errors = new JobFileErrors(addition.File);
        var root = YamlFile.Load(addition.Text, errors, "candidates")?.Section(JobFileKeys.Addition);
        return root is null ? new JobFileReading(null, errors) : new JobFileReading(new JobFile
        {
            Name = job.Name,
            Workload = job.Workload,
            Goal = null,
            Candidates = job.Workload.Program is null ? CandidatesReader.ReadAddition(root, job, catalogue) : OfProgram(job.Seed),
            Program = job.Workload.Program is null ? null : ProgramCandidatesReader.ReadAddition(root, job, catalogue),
            Probe = job.Probe,
            Commit = job.Commit,
            Lines = new JobFileLines(root.Self.Node),
        }, errors);
    }

    private static ProbeBudget ReadProbe(YamlValue? value)
    {
        var fallback = new ProbeBudget();
        return value?.Section(JobFileKeys.Probe) is not { } section ? fallback : new ProbeBudget
        {
            Devices = (int?)section["devices"]?.Integer(1, 1024) ?? fallback.Devices,
            Insurance = section["insurance"]?.Number("a share from 0 to 1", s => s is >= 0 and <= 1) ?? fallback.Insurance,
            Price = section["price"]?.Number("a number of at least 0", p => p >= 0 && double.IsFinite(p)) ?? fallback.Price,
        };
    }

    private static CommitResources ReadCommit(YamlValue? value) =>
        value?.Section(JobFileKeys.Commit)?["devices"]?.Integer(1, RanksReader.Most) is { } devices
            ? new CommitResources { Devices = (int)devices }
            : new CommitResources();

    private static CheckpointPolicy ReadCheckpoints(YamlValue? value)
    {
        var fallback = new CheckpointPolicy();
        return value?.Section(JobFileKeys.Checkpoints) is not { } section ? fallback : new CheckpointPolicy
        {
            EverySeconds = section["every"]?.Duration() ?? fallback.EverySeconds,
            DiskLimitBytes = section["diskLimit"]?.Size() ?? fallback.DiskLimitBytes,
        };
    }

    private static EvaluationPolicy ReadEvaluation(YamlValue? value, EvaluationPolicy usual) =>
        value?.Section(JobFileKeys.Evaluation)?["perEpoch"]
            ?.Number("a number above 0 and up to 1000", n => n is > 0 and <= 1000) is { } perEpoch
            ? new EvaluationPolicy { PerEpoch = perEpoch } : usual;

    private static int ReadPriority(YamlValue? value)
    {
        if (value?.Text() is not { } text) return JobPriority.Normal;
        if (JobPriority.Parse(text) is { } priority) return priority;
        value.Refuse(JobPriority.Rule);
        return JobPriority.Normal;
    }

    private static ImmutableSortedDictionary<string, string> ReadLabels(YamlValue? value)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in value?.Section(JobFileKeys.Telemetry)?["labels"]?.Entries("it must be a section of name: text") ?? [])
        {
            if (text.Text() is { } label) labels[key] = label;
        }
        return labels.ToImmutable();
    }
}
