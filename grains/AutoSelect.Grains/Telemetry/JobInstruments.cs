using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// Instruments of jobs, told by the silo that attends to them. A running job has series of its own, with its id as <see cref="JobTag"/>,
/// while at most <see cref="MostJobs"/> have; they end with it. What they say is read off the record when somebody asks, and once for a
/// version of it.
/// </summary>
public sealed class JobInstruments : IDisposable
{
    /// <summary>Most jobs of a silo with series of their own. The others are counted, and get theirs as earlier ones end.</summary>
    public const int MostJobs = 100;

    /// <summary>The tag that has a job's id. "job" is what Prometheus calls what it scrapes.</summary>
    public const string JobTag = "autoselect.job";

    /// <summary>
    /// Jobs whose series one meter has, the ended ones included. Who collects gives each instrument room for 2,000 sets of tags, and gives
    /// none of it back while the instrument lives; a job takes four of them at most, but for each candidate that ever led it another one.
    /// </summary>
    private const int JobsOfMeter = 250;

    private const int LongestText = 120;

    private static readonly string[] Outcomes = ["met", "missed", "failed", "cancelled"];
    private static readonly string[] Uses = ["probe", "winner"];

    private readonly ConcurrentDictionary<JobId, Attended> attended = new();
    private readonly TimeProvider time;
    private readonly Counter<long> ended;
    private readonly Counter<double> deviceTime;
    private readonly Counter<long> judged;
    private readonly Lock gate = new();
    private Meter series = null!;
    private int labelled, seen;
    private int? stored;

    internal JobInstruments(Meter meter, TimeProvider time)
    {
        this.time = time;
        ended = meter.CreateCounter<long>("autoselect.jobs.ended", "{job}", "Jobs that have ended, by outcome.");
        deviceTime = meter.CreateCounter<double>(
            "autoselect.jobs.device.time", "s", "Device time of jobs that have ended, by use: finding out, or the winner's.");
        judged = meter.CreateCounter<long>("autoselect.forecasts.judged", "{forecast}",
            "Forecasts of jobs that have ended, by the narrowest interval that held what came.");
        meter.CreateObservableGauge("autoselect.jobs.attended", CountPhases, "{job}", "Running jobs that this silo attends to, by phase.");
        meter.CreateObservableGauge("autoselect.jobs.stored", CountStored, "{job}",
            "Running jobs in the store that this silo and the others of its cluster are to attend to.");
        meter.CreateObservableGauge("autoselect.jobs.unlabelled", () => Math.Max(0, attended.Count - labelled), "{job}",
            "Jobs of this silo that have no series of their own.");
        Renew();
    }

    /// <summary>A job as it stands after something was stored of it.</summary>
    /// <param name="record">Of a job that may train.</param>
    /// <param name="at">When that was.</param>
    public void Holds(JobRecord record, DateTimeOffset at)
    {
        lock (gate)
        {
            var isLabelled = attended.TryGetValue(record.Id, out var before) && before.IsLabelled;
            if (!isLabelled && labelled < MostJobs)
            {
                isLabelled = true;
                labelled++;
                if (++seen > JobsOfMeter) Renew();
            }
            attended[record.Id] = new Attended(record, at, isLabelled);
        }
    }

    /// <summary>This silo does not attend to a job any more.</summary>
    public void Leaves(JobId job)
    {
        lock (gate)
            if (attended.TryRemove(job, out var last) && last.IsLabelled) labelled--;
    }

    /// <summary>How many running jobs the store has for the silos to attend to, as this one has last seen.</summary>
    public void Found(int jobs) => stored = jobs;

    /// <summary>A job has ended.</summary>
    public void Ended(JobRecord record)
    {
        ended.Add(1, Tag("outcome", record.Phase switch
        {
            JobPhase.Failed => Outcomes[2],
            JobPhase.Cancelled => Outcomes[3],
            _ => record.Outcome?.ObjectiveMet == true ? Outcomes[0] : Outcomes[1],
        }));
        var probe = record.ProbeSeconds;
        deviceTime.Add(probe, Tag("use", Uses[0]));
        deviceTime.Add(Math.Max(0, record.ChargedSeconds - probe), Tag("use", Uses[1]));
    }

    public void Dispose() => series.Dispose();

    /// <summary>Whether the series of single jobs are of this meter now.</summary>
    internal bool Has(Meter meter) => meter == series;

    /// <summary>What the forecasts of a job that has ended were worth.</summary>
    public void Judged(JobAnalysis analysis)
    {
        Judge("value", analysis.Values);
        Judge("time", analysis.Times);
    }

    internal void Begin()
    {
        foreach (var outcome in Outcomes) ended.Add(0, Tag("outcome", outcome));
        foreach (var use in Uses) deviceTime.Add(0, Tag("use", use));
        foreach (var kind in (string[])["value", "time"])
            foreach (var interval in (string[])["50", "90", "outside"]) judged.Add(0, Tag("kind", kind), Tag("interval", interval));
    }

    /// <summary>Has a new meter for the series of single jobs: room that ended ones have taken is free again.</summary>
    private void Renew()
    {
        // First: of two of one name a collector would take the second for the first.
        series?.Dispose();
        (series, seen) = (new Meter(AutoSelectTelemetry.Name), labelled);
        series.CreateObservableGauge("autoselect.job.info", () => All(Info), "{job}", "1 for a running job, with what it is.");
        series.CreateObservableGauge("autoselect.job.leader", () => All(Leader), "{probability}",
            "Probability that the candidate which leads or holds a running job is its best choice.");
        series.CreateObservableGauge(
            "autoselect.job.value", () => All(Value), "{value}", "What a running job would deliver of that candidate now.");
        series.CreateObservableGauge("autoselect.job.remaining", () => All(Remaining), "s",
            "Time until a running job is expected to meet its objective, by quantile; infinite where it is missed.");
        series.CreateObservableGauge("autoselect.job.saved", () => All(Saved), "{value}",
            "What a running job is expected to save against its baseline alone, in the unit of its tag, by quantile.");
        series.CreateObservableGauge("autoselect.job.device.time", () => All(DeviceTime), "s",
            "Device time charged to a running job, by use: finding out, or the winner's.");
        series.CreateObservableGauge(
            "autoselect.job.elapsed", () => All(Elapsed), "s", "Time since a running job was submitted, without pauses.");
        series.CreateObservableGauge(
            "autoselect.job.segments", () => All(Segments), "{segment}", "Segments of a running job that train now.");
        series.CreateObservableGauge("autoselect.job.last_event.timestamp", () => All(LastEvent), "s",
            "When something was last stored of a running job, in seconds since 1970.");
    }

    private void Judge(string kind, ImmutableArray<CalibrationPair> pairs)
    {
        foreach (var pair in pairs)
            judged.Add(1, Tag("kind", kind), Tag("interval", pair.Within50 ? "50" : pair.Within90 ? "90" : "outside"));
    }

    private IEnumerable<Measurement<double>> All(Func<Attended, IEnumerable<Measurement<double>>> read) =>
        attended.Values.Where(j => j.IsLabelled).SelectMany(read);

    private IEnumerable<Measurement<int>> CountPhases() =>
        JobPhases.Running.Select(p => new Measurement<int>(attended.Values.Count(j => j.Record.Phase == p), Tag("phase", p.ToString())));

    private IEnumerable<Measurement<int>> CountStored() => stored is { } known ? [new Measurement<int>(known)] : [];

    private static IEnumerable<Measurement<double>> Info(Attended job)
    {
        var spec = job.Record.Spec;
        yield return job.Tell(1, Tag("project", spec.Project), Tag("workload", spec.Workload.Name),
            Tag("phase", job.Record.Phase.ToString()), Tag("objective", spec.Objective.Kind.ToString()), Tag("baseline", spec.Baseline));
    }

    private static IEnumerable<Measurement<double>> Leader(Attended job) => job.Figures is { Leader: { } leader } figures
        ? [job.Tell(figures.Probability, Tag("candidate", leader.Candidate.Name), Tag("strategy", leader.Candidate.Strategy),
            Tag("standing", job.Record.Commit is null ? "leads" : "holds"))]
        : [];

    private static IEnumerable<Measurement<double>> Value(Attended job) =>
        job.Figures.Value is { } value ? [job.Tell(value, Tag("metric", job.Record.Spec.Objective.Metric))] : [];

    private IEnumerable<Measurement<double>> Remaining(Attended job)
    {
        var clock = job.Record.ClockAt(time.GetUtcNow());
        return ByQuantile(job, job.Figures.Expected?.End, end => Math.Max(0, end - clock));
    }

    private static IEnumerable<Measurement<double>> Saved(Attended job) =>
        ByQuantile(job, job.Figures.Expected?.Saved, saved => saved, Tag("unit", job.Figures.Expected?.Unit ?? ""));

    private static IEnumerable<Measurement<double>> DeviceTime(Attended job) =>
        [job.Tell(job.Figures.ProbeSeconds, Tag("use", Uses[0])), job.Tell(job.Figures.WinnerSeconds, Tag("use", Uses[1]))];

    private IEnumerable<Measurement<double>> Elapsed(Attended job) => [job.Tell(job.Record.ClockAt(time.GetUtcNow()))];

    private static IEnumerable<Measurement<double>> Segments(Attended job) => [job.Tell(job.Figures.Segments)];

    private static IEnumerable<Measurement<double>> LastEvent(Attended job) => [job.Tell(job.At.ToUnixTimeMilliseconds() / 1e3)];

    private static IEnumerable<Measurement<double>> ByQuantile(
        Attended job, Quantiles? quantiles, Func<double, double> read, params KeyValuePair<string, object?>[] tags) =>
        quantiles is null ? [] : new[] { ("0.05", quantiles.P05), ("0.5", quantiles.P50), ("0.95", quantiles.P95) }
            .Select(q => job.Tell(read(q.Item2), [.. tags, Tag("quantile", q.Item1)]));

    private static KeyValuePair<string, object?> Tag(string name, string text) =>
        new(name, text.Length > LongestText ? text[..LongestText] : text);

    /// <summary>A job that is attended to.</summary>
    private sealed class Attended(JobRecord record, DateTimeOffset at, bool isLabelled)
    {
        private readonly Lazy<JobFigures> figures = new(() => JobFigures.FromRecord(record));

        public JobRecord Record => record;
        public DateTimeOffset At => at;
        public bool IsLabelled => isLabelled;
        public JobFigures Figures => figures.Value;

        public Measurement<double> Tell(double value, params KeyValuePair<string, object?>[] tags) =>
            new(value, [Tag(JobTag, record.Id.Value), .. tags]);
    }
}
