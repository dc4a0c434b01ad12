using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Exports.Mlflow;

/// <summary>A job as runs of MLflow: one of the job, and one below it for each trial that has begun. Pure.</summary>
internal static class MlflowRuns
{
    /// <summary>Lengths that servers of version 1.28 on take; earlier ones took 250 of a parameter.</summary>
    private const int LongestParameter = 500, LongestTag = 5000;

    /// <param name="events">Of the job, from the first one on.</param>
    /// <returns>The job's run first, then those of its trials.</returns>
    public static ImmutableArray<MlflowRun> FromEvents(IReadOnlyList<JobEvent> events)
    {
        var record = JobFold.FromEvents(events) ?? throw new ArgumentException("0 events: at least 1 is needed.", nameof(events));
        var values = TrialValues.FromEvents(events).Where(v => double.IsFinite(v.Value)).ToLookup(v => v.Trial);
        return
        [
            OfJob(record, events[^1]),
            .. record.Trials.Where(t => values.Contains(t.Id)).Select(t => OfTrial(record, t, [.. values[t.Id]], events[^1].Time)),
        ];
    }

    private static MlflowRun OfJob(JobRecord record, JobEvent last)
    {
        var (spec, winner) = (record.Spec, record.Commit?.Winner);
        return new MlflowRun
        {
            Key = Key(record, "job"),
            Name = record.Id.Value,
            Started = record.StartedAt,
            Ended = record.HasEnded ? last.Time : null,
            Status = record.Phase switch
            {
                JobPhase.Completed => "FINISHED",
                JobPhase.Failed => "FAILED",
                JobPhase.Cancelled => "KILLED",
                _ => "RUNNING",
            },
            Parameters = Cut(LongestParameter,
                ("workload", spec.Workload.Label), ("objective", Wording.Objective(spec.Objective)), ("baseline", spec.Baseline),
                ("policy", spec.Policy), ("seed", Text(spec.Seed)), ("project", spec.Project)),
            Tags = Cut(LongestTag,
                [
                    ("autoselect.job", record.Id.Value), ("autoselect.phase", record.Phase.ToString()),
                    ("autoselect.winner", winner is { } w ? record[w].Candidate.Name : ""),
                    ("autoselect.outcome", record.Outcome?.Summary ?? ""), ("mlflow.user", spec.Owner),
                    ("mlflow.source.name", "autoselect"),
                    .. spec.Labels.Select(l => ($"autoselect.label.{MetricName.Clean(l.Key)}", l.Value)),
                ]),
            Values =
            [
                .. new (string Name, double? Value)[]
                {
                    ("charged_seconds", record.ChargedSeconds), ("probe_seconds", record.ProbeSeconds),
                    ("elapsed_seconds", record.ElapsedSeconds), ("seconds_to_target", record.Outcome?.SecondsToTarget),
                    (MetricName.Clean(spec.Objective.Metric), record.Outcome?.Value),
                    ($"test_{MetricName.Clean(spec.Objective.Metric)}", record.Outcome?.TestValue),
                }.Where(v => v.Value is { } value && double.IsFinite(value))
                    .Select(v => new TrialValue(default, v.Name, record.Version, last.Time, v.Value!.Value, record.Version)),
            ],
        };
    }

    private static MlflowRun OfTrial(JobRecord record, Trial trial, ImmutableArray<TrialValue> values, DateTimeOffset now)
    {
        var candidate = trial.Candidate;
        var status = Status(record, trial);
        return new MlflowRun
        {
            Key = Key(record, trial.Id.Value),
            Name = candidate.Name,
            Started = trial.Segments.IsEmpty ? values[0].Time : record.StartedAt.AddSeconds(trial.Segments[0].StartedAt),
            Ended = status == "RUNNING" ? null : trial.IsAlive ? now : values[^1].Time,
            Status = status,
            Parameters = Cut(LongestParameter,
                [
                    ("strategy", candidate.Strategy), ("batch_size", Text(candidate.BatchSize)), ("precision", candidate.Precision),
                    ("communication", candidate.Communication), ("ranks", Text(candidate.Ranks)), ("seed", Text(candidate.Seed)),
                    ("schedule", candidate.Schedule.Kind.ToString()), ("horizon_epochs", Text(candidate.Schedule.HorizonEpochs)),
                    .. candidate.Hyperparameters.Select(h => ($"hyperparameter.{MetricName.Clean(h.Key)}", Text(h.Value))),
                ]),
            Tags = Cut(LongestTag,
                ("autoselect.job", record.Id.Value), ("autoselect.trial", trial.Id.Value), ("autoselect.state", trial.State.ToString()),
                ("autoselect.reason", trial.Reason), ("mlflow.user", record.Spec.Owner), ("mlflow.source.name", "autoselect")),
            Values = values,
        };
    }

    /// <summary>A candidate that was given up is no failure; one that was still alive when its job ended is neither.</summary>
    private static string Status(JobRecord record, Trial trial) => trial.State switch
    {
        TrialState.Failed => "FAILED",
        TrialState.Completed => "FINISHED",
        TrialState.Stopped => "KILLED",
        _ => record.HasEnded ? "KILLED" : "RUNNING",
    };

    private static string Key(JobRecord record, string part) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Id}@{record.StartedAt.ToUnixTimeMilliseconds()}/{part}");

    private static ImmutableSortedDictionary<string, string> Cut(int longest, params IEnumerable<(string Name, string Text)> given) =>
        given.Where(g => g.Text.Length > 0).GroupBy(g => g.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(
            g => g.Key, g => g.First().Text is var text && text.Length > longest ? text[..longest] : text, StringComparer.Ordinal);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
