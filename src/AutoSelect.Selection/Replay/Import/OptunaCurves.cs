using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>What an Optuna storage does not say of its studies.</summary>
public sealed record OptunaReading
{
    /// <summary>Categorical parameter that names the training algorithm; null takes the study's name.</summary>
    public string? AlgorithmParameter { get; init; }

    /// <summary>What the reported values are.</summary>
    public string Metric { get; init; } = "value";

    public double? Target { get; init; }

    public double? BudgetSeconds { get; init; }
}

/// <summary>
/// Optuna studies as learning curves: a study is a problem, a trial a candidate, its reported intermediate values the curve.
/// </summary>
public static class OptunaCurves
{
    /// <param name="source">File the studies come from, for the notices.</param>
    public static ImportedCurves FromStudies(IEnumerable<OptunaStudy> studies, string source, OptunaReading reading)
    {
        var curves = ImmutableArray.CreateBuilder<RecordedCurve>();
        var skipped = ImmutableArray.CreateBuilder<ImportNotice>();
        var notices = ImmutableArray.CreateBuilder<ImportNotice>();
        foreach (var study in studies)
        {
            var place = $"{source}, study '{study.Name}'";
            if (study.Directions is not [{ } direction])
            {
                skipped.Add(new ImportNotice(
                    place, $"{study.Directions.Count} objectives, {study.Directions.Count(d => d is null)} of them without a direction: "
                        + "intermediate values belong to a study of one objective with a direction."));
                continue;
            }
            var read = new List<(OptunaTrial Trial, RecordedCurve Curve)>();
            foreach (var trial in study.Trials)
            {
                try
                {
                    read.Add((trial, Read(study, trial, direction, reading)));
                }
                catch (InvalidDataException fault)
                {
                    skipped.Add(new ImportNotice($"{place}, trial {trial.Number}", fault.Message));
                }
            }
            var untimed = read.Where(r => Duration(r.Trial) is null).Select(r => r.Trial.Number).ToList();
            // Curves of one problem share a clock: one without times leaves all of them with steps alone.
            if (untimed.Count > 0)
                notices.Add(new ImportNotice(
                    place, $"no seconds: trial {string.Join(", ", untimed)} has no start and later completion, so a step counts as a "
                        + "second in all."));
            var horizon = read.Count == 0 ? 0 : read.Max(r => r.Curve.Steps[^1]);
            curves.AddRange(read.Select(r => r.Curve with
            {
                StepHint = horizon,
                Seconds = untimed.Count > 0 ? null : Spread(r.Curve.Steps, Duration(r.Trial)!.Value),
            }));
        }
        return new ImportedCurves { Curves = curves.ToImmutable(), Skipped = skipped.ToImmutable(), Notices = notices.ToImmutable() };
    }

    private static RecordedCurve Read(OptunaStudy study, OptunaTrial trial, Direction direction, OptunaReading reading)
    {
        if (trial.Fault is { } fault) throw new InvalidDataException(fault);
        if (!trial.IsFinished) throw new InvalidDataException($"state {trial.State}: only trials that have ended are imported.");
        if (trial.Values.Count == 0)
            throw new InvalidDataException("0 intermediate values: a curve needs at least one trial.report(value, step).");
        if (trial.Values.Keys.First() is < 0 and var step) throw new InvalidDataException($"step {step}: it must be at least 0.");
        var parameters = trial.Parameters.ToDictionary(p => p.Key, p => Decode(p.Key, p.Value));
        return new RecordedCurve
        {
            Suite = "optuna",
            Workload = study.Name,
            Family = study.Name,
            Problem = study.Name,
            Candidate = trial.Number.ToString(),
            Algorithm = Algorithm(study, parameters, reading.AlgorithmParameter),
            Hyperparameters = parameters.ToImmutableSortedDictionary(p => p.Key, p => p.Value.Value),
            Metric = reading.Metric,
            DirectionName = RecordedCurve.NameOf(direction),
            Target = reading.Target,
            BudgetSeconds = reading.BudgetSeconds,
            Steps = [.. trial.Values.Keys],
            Values = [.. trial.Values.Values.Select(v => double.IsFinite(v) ? v : (double?)null)],
            State = trial.State switch
            {
                OptunaState.Complete => nameof(TrialState.Completed),
                OptunaState.Pruned => nameof(TrialState.Stopped),
                _ => nameof(TrialState.Failed),
            },
        };
    }

    private static (JsonElement Value, bool IsCategorical) Decode(string name, OptunaParameter parameter)
    {
        try
        {
            return parameter.Decode();
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"parameter '{name}': {fault.Message}", fault);
        }
    }

    private static string Algorithm(OptunaStudy study, Dictionary<string, (JsonElement Value, bool IsCategorical)> parameters, string? name)
    {
        if (name is null) return study.Name;
        if (parameters.TryGetValue(name, out var found) && found.IsCategorical)
            return found.Value.ValueKind == JsonValueKind.String ? found.Value.GetString()! : found.Value.GetRawText();
        var known = parameters.Where(p => p.Value.IsCategorical).Select(p => p.Key).ToList();
        throw new InvalidDataException(
            $"no categorical parameter '{name}': --algorithm-parameter names one of "
            + $"{(known.Count == 0 ? "the trial's, which has none" : string.Join(", ", known))}.");
    }

    private static double? Duration(OptunaTrial trial) =>
        trial.Complete - trial.Start is { TotalSeconds: > 0 and var seconds } ? seconds : null;

    /// <summary>
    /// Storages keep no time of a report, so the trial's is spread evenly over its steps; from step 0 on, each counts once it is done.
    /// </summary>
    private static ImmutableArray<double> Spread(ImmutableArray<long> steps, double duration)
    {
        var first = steps[0] == 0 ? 1 : 0;
        return [.. steps.Select(s => duration * (s + first) / (steps[^1] + first))];
    }
}
