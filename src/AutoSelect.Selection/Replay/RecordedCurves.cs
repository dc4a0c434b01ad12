using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>Reads and writes recordings of learning curves, and makes one of a job.</summary>
public static class RecordedCurves
{
    /// <summary>Curves of a .jsonl or .jsonl.gz file, in its order.</summary>
    /// <exception cref="InvalidDataException">A line is no curve; the message names file, line and rule.</exception>
    public static ImmutableArray<RecordedCurve> Read(string path)
    {
        using var file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <summary>Curves of a recording in its order.</summary>
    /// <param name="recording">JSON lines, gzipped when <paramref name="path"/> ends with .gz.</param>
    /// <param name="path">What errors call it.</param>
    /// <exception cref="InvalidDataException">A line is no curve; the message names file, line and rule.</exception>
    public static ImmutableArray<RecordedCurve> Read(Stream recording, string path)
    {
        using var reader = new StreamReader(IsGzip(path) ? new GZipStream(recording, CompressionMode.Decompress) : recording);
        var curves = ImmutableArray.CreateBuilder<RecordedCurve>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
            if (!string.IsNullOrWhiteSpace(line)) curves.Add(Parse(line, path, number));
        return curves.ToImmutable();
    }

    /// <summary>Writes curves, gzipped when the path ends with .gz; an existing file is replaced.</summary>
    public static void Write(string path, IEnumerable<RecordedCurve> curves)
    {
        using var file = File.Create(path);
        Write(IsGzip(path) ? new GZipStream(file, CompressionLevel.Optimal) : file, curves);
    }

    /// <summary>A gzipped recording: the same bytes for the same curves.</summary>
    public static byte[] Pack(IEnumerable<RecordedCurve> curves)
    {
        using var bytes = new MemoryStream();
        Write(new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true), curves);
        return bytes.ToArray();
    }

    private static void Write(Stream recording, IEnumerable<RecordedCurve> curves)
    {
        using var writer = new StreamWriter(recording) { NewLine = "\n" };
        foreach (var curve in curves) writer.WriteLine(JsonSerializer.Serialize(curve, RecordJson.Options));
    }

    /// <summary>The curves of a job's trials that have points, as one problem.</summary>
    public static ImmutableArray<RecordedCurve> Export(JobRecord job) =>
        [.. job.Trials.Where(t => !t.Curve.IsDefaultOrEmpty).Select(t => Export(job, t))];

    private static IEnumerable<(string Key, string Value)> Axes(Candidate candidate)
    {
        if (candidate.Precision != "fp32") yield return ("precision", candidate.Precision);
        if (candidate.Ranks > 1) yield return ("ranks", candidate.Ranks.ToString(CultureInfo.InvariantCulture));
        if (candidate.Ranks > 1) yield return ("communication", candidate.Communication);
        foreach (var modifier in candidate.Modifiers.Given()) yield return modifier;
        if (candidate.Continues is not { } from) yield break;
        yield return ("continues", from.Candidate);
        yield return ("continuesAfter", from.At.ToString("R", CultureInfo.InvariantCulture));
    }

    // A run of two strategies teaches nothing about either alone, so it counts as an algorithm of its own.
    private static string Algorithm(JobRecord job, Candidate candidate) =>
        candidate.Continues is { } from && job.Trials.FirstOrDefault(t => t.Candidate.Name == from.Candidate) is { } predecessor
            ? $"{Algorithm(job, predecessor.Candidate)}+{candidate.Strategy}" : candidate.Strategy;

    private static RecordedCurve Export(JobRecord job, Trial trial)
    {
        var (objective, curve, candidate) = (job.Spec.Objective, trial.Curve, trial.Candidate);
        return new RecordedCurve
        {
            Suite = "autoselect",
            Workload = job.Spec.Workload.Label,
            Family = job.Spec.Workload.Name,
            Problem = job.Id.Value,
            Candidate = candidate.Name,
            Algorithm = Algorithm(job, candidate),
            Hyperparameters = candidate.Hyperparameters.ToImmutableSortedDictionary(
                h => h.Key, h => JsonSerializer.SerializeToElement(h.Value, RecordJson.Options))
                .SetItems(Axes(candidate).Select(
                    a => KeyValuePair.Create(a.Key, JsonSerializer.SerializeToElement(a.Value, RecordJson.Options)))),
            Metric = objective.Metric,
            DirectionName = RecordedCurve.NameOf(objective.Direction),
            Target = objective.Target,
            BudgetSeconds = objective.DeadlineSeconds,
            StepHint = trial.HorizonSteps,
            Steps = [.. curve.Select(p => p.Step)],
            Seconds = [.. curve.Select(p => p.DeviceSeconds)],
            Values = [.. curve.Select(p => p.Deliverable(objective.Direction)).Select(v => double.IsFinite(v) ? v : (double?)null)],
            EvaluationSeconds = [.. curve.Select(p => p.EvaluationSeconds)],
            BatchSize = candidate.BatchSize,
            Schedule = candidate.Schedule,
            Seed = candidate.Seed,
            State = StateOf(trial, objective).ToString(),
        };
    }

    /// <summary>An answer that a deadline or a trade-off ended early was broken off as others were: it tells of no end.</summary>
    private static TrialState StateOf(Trial trial, Objective objective) =>
        trial.State == TrialState.Completed && trial.Curve[^1].Step < trial.HorizonSteps
            && !(objective.Kind == ObjectiveKind.FastestTo && trial.Curve.Any(p => objective.Reaches(p.Deliverable(objective.Direction))))
            ? TrialState.Paused : trial.State;

    private static RecordedCurve Parse(string line, string path, int number)
    {
        RecordedCurve curve;
        try
        {
            curve = JsonSerializer.Deserialize<RecordedCurve>(line, RecordJson.Options)
                ?? throw new InvalidDataException($"{path}({number}): 'null' is no curve.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}({number}): not a curve: {error.Message}", error);
        }
        var (steps, values) = (curve.Steps.IsDefault ? 0 : curve.Steps.Length, curve.Values.IsDefault ? 0 : curve.Values.Length);
        if (steps == 0 || steps != values || (curve.Seconds is { } s && s.Length != steps)
            || (curve.EvaluationSeconds is { } e && e.Length != steps))
            throw new InvalidDataException(
                $"{path}({number}): {steps} steps and {values} values: a curve needs at least one step, and as many values and seconds as "
                + "steps.");
        return curve;
    }

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
