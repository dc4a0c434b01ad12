using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Programs;
using AutoSelect.Selection.Candidates;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

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
        var root = Load(job.Text, errors)?.Section(JobFileKeys.Root);
        if (root is null) return new JobFileReading(null, errors);

        var workload = WorkloadReader.Read(
            root.Required("workload", "name the workload to train, such as fashion-mnist-mlp"), job.Folder, inspection);
        var goal = ObjectiveReader.Read(root.Required("objective", $"give one of {ObjectiveReader.Kinds}"));
        var seed = root["seed"]?.Integer(0, long.MaxValue) ?? 1;
        var program = ProgramSection(root);
        var file = new JobFile
        {
            Name = JobName.Read(root["name"], job.File),
            Workload = errors.Concern("workload") ? null : workload,
            Goal = errors.Concern("objective") ? null : goal,
            Confidence = root["confidence"]?.Number("a probability from 0.5 to 0.999", p => p is >= 0.5 and <= 0.999) ?? 0.9,
            Candidates = program is null ? CandidatesReader.Read(root, seed, inspection?.Catalogue)
                : new CandidateRequest { Epochs = [1], Seed = seed },
            Program = program is null ? null : ProgramCandidatesReader.Read(root, program, seed, inspection?.Catalogue),
            Baseline = root["baseline"]?.Text(),
            Probe = ReadProbe(root["probe"]),
            Commit = ReadCommit(root["commit"]),
            Checkpoints = ReadCheckpoints(root["checkpoints"]),
            Evaluation = ReadEvaluation(root["evaluation"], program is null ? new EvaluationPolicy() : ProgramWorkload.Evaluation),
            Policy = root["policy"]?.OneOf("insured", "exhaustive") ?? "insured",
            Labels = ReadLabels(root["telemetry"]),
            Lines = new JobFileLines(root.Self.Node),
        };
        return new JobFileReading(file, errors);
    }

    /// <summary>The workload's section where it is a program.</summary>
    private static YamlSection? ProgramSection(YamlSection root) =>
        root["workload"] is { IsMapping: true } workload && workload.Section(JobFileKeys.Workload) is { } section
            && ProgramReader.IsProgram(section) ? section : null;

    private static YamlValue? Load(string text, JobFileErrors errors)
    {
        var stream = new YamlStream();
        try
        {
            if (YamlLimits.Broken(text) is { } broken)
            {
                errors.Add(broken.Line, "", $"Not read: {broken.Rule}.");
                return null;
            }
            stream.Load(new StringReader(text));
        }
        catch (YamlException fault)
        {
            if (TabIn(text) is { } line) errors.Add(line, "", "Not valid YAML: a tab stands in the indentation: indent with spaces.");
            else errors.Add((int)fault.Start.Line, "", $"Not valid YAML: {(fault.InnerException ?? fault).Message.TrimEnd('.')}.");
            return null;
        }
        if (stream.Documents.Count == 0)
        {
            errors.Add(1, "", "The file is empty: it must have workload, objective and epochs.");
            return null;
        }
        if (stream.Documents.Count > 1)
            errors.Add(stream.Documents[1].RootNode, "", $"{stream.Documents.Count} documents: a job file holds one.");
        return new YamlValue(stream.Documents[0].RootNode, "", errors);
    }

    // The parser stumbles over a tab elsewhere, or tells the line of the section that it stands in.
    private static int? TabIn(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var content = line.TrimStart(" \t");
            if (content.Length > 0 && content[0] != '#' && line[..^content.Length].Contains('\t')) return number;
        }
        return null;
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
