using System.Collections.Immutable;
using System.Text.Json;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>
/// Logs of AlgoPerf submissions as learning curves: every eval_measurements.csv below a folder is a trial, its problem the workload
/// and study, its candidate the submission and trial. Seconds are training alone, as the benchmark scores them.
/// </summary>
public static class AlgoPerfLogs
{
    private const string Measurements = "eval_measurements.csv";

    /// <param name="unknown">Makes a workload of a name that the benchmark's table lacks; null where nothing is known about one.</param>
    /// <exception cref="InvalidDataException">No trial in the folder, or workloads of which nothing is known.</exception>
    public static ImportedCurves Read(string folder, Func<string, AlgoPerfWorkload>? unknown = null)
    {
        var skipped = ImmutableArray.CreateBuilder<ImportNotice>();
        var notices = ImmutableArray.CreateBuilder<ImportNotice>();
        var trials = Trials(folder, skipped);
        Demand(trials, unknown);
        var curves = new Dictionary<(string, string), (RecordedCurve Curve, string File)>();
        foreach (var trial in trials)
        {
            try
            {
                var curve = Read(trial, AlgoPerfWorkloads.Find(trial.Workload) ?? unknown!(trial.Workload), out var superseded);
                if (!curves.TryAdd((curve.Problem, curve.Candidate), (curve, trial.File)))
                    throw new InvalidDataException(
                        $"candidate '{curve.Candidate}' of problem '{curve.Problem}' is also in "
                        + $"{curves[(curve.Problem, curve.Candidate)].File}: a problem has a candidate once.");
                if (superseded > 0)
                    notices.Add(new ImportNotice(
                        trial.File,
                        $"{superseded} rows were replaced by later ones of the same steps: the run was resumed or started again."));
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                skipped.Add(new ImportNotice(trial.File, fault.Message));
            }
        }
        return new ImportedCurves
        {
            Curves = [.. curves.Values.Select(c => c.Curve)],
            Skipped = skipped.ToImmutable(),
            Notices = notices.ToImmutable(),
        };
    }

    private static List<AlgoPerfTrialPath> Trials(string folder, ImmutableArray<ImportNotice>.Builder skipped)
    {
        var files = Directory.GetFiles(folder, Measurements, SearchOption.AllDirectories);
        if (files.Length == 0) throw new InvalidDataException($"{folder}: no {Measurements}: a trial of an AlgoPerf submission has one.");
        var trials = new List<AlgoPerfTrialPath>();
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            try
            {
                trials.Add(AlgoPerfTrialPath.Parse(file));
            }
            catch (InvalidDataException fault)
            {
                skipped.Add(new ImportNotice(file, fault.Message));
            }
        }
        return [.. trials.OrderBy(t => t.Workload, StringComparer.Ordinal).ThenBy(t => t.Study)
            .ThenBy(t => t.Submission, StringComparer.Ordinal).ThenBy(t => t.Trial)];
    }

    private static void Demand(List<AlgoPerfTrialPath> trials, Func<string, AlgoPerfWorkload>? unknown)
    {
        var names = trials.Where(t => AlgoPerfWorkloads.Find(t.Workload) is null).DistinctBy(t => t.Workload).ToList();
        if (names.Count == 0 || (names.Count == 1 && unknown is not null)) return;
        var list = string.Join(", ", names.Select(t => $"'{t.Workload}'"));
        throw new InvalidDataException(unknown is null
            ? $"{names[0].File}: workload {list} is not in the table of AlgoPerf v0.5: it needs --metric, --direction and --target."
            : $"{names[0].File}: workloads {list} are not in the table of AlgoPerf v0.5: --metric, --direction and --target describe one "
                + "of them, so import one at a time.");
    }

    private static RecordedCurve Read(AlgoPerfTrialPath trial, AlgoPerfWorkload workload, out int superseded)
    {
        var measurements = AlgoPerfMeasurements.Read(trial.File, $"validation/{workload.Metric}");
        superseded = measurements.Superseded;
        return new RecordedCurve
        {
            Suite = "algoperf",
            Workload = workload.Name,
            Family = workload.Family,
            Problem = $"{workload.Name}/{trial.Study}",
            Study = trial.Study,
            Framework = trial.Framework,
            Candidate = $"{trial.Submission}/{trial.Trial}",
            Algorithm = trial.Submission,
            Hyperparameters = Hyperparameters(Path.Combine(Path.GetDirectoryName(trial.File)!, "hparams.json")),
            Metric = workload.Metric,
            DirectionName = RecordedCurve.NameOf(workload.Direction),
            Target = workload.Target,
            BudgetSeconds = workload.BudgetSeconds,
            StepHint = workload.StepHint,
            Steps = [.. measurements.Steps],
            Seconds = [.. measurements.Seconds],
            Values = [.. measurements.Values],
        };
    }

    private static ImmutableSortedDictionary<string, JsonElement> Hyperparameters(string file)
    {
        if (!File.Exists(file)) return ImmutableSortedDictionary<string, JsonElement>.Empty;
        try
        {
            var json = PythonJson.Parse(File.ReadAllText(file));
            if (json.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{file}: it must be a JSON object of hyperparameters.");
            return json.EnumerateObject().DistinctBy(p => p.Name).ToImmutableSortedDictionary(p => p.Name, p => p.Value);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{file}: no JSON: {fault.Message}", fault);
        }
    }
}
