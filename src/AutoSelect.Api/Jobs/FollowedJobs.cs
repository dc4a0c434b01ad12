using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Jobs;

/// <summary>Jobs that one stream follows, each with the number of the last event that was told. As text: "a-1:12,b-1:7".</summary>
internal sealed class FollowedJobs
{
    private readonly Dictionary<JobId, long> numbers = [];
    private readonly HashSet<JobId> ended = [];
    private readonly List<JobId> over = [];

    private FollowedJobs() { }

    /// <summary>False once all have ended.</summary>
    public bool IsOpen => numbers.Count > ended.Count;

    /// <param name="call">Whose; jobs that it may not see are over at once, as those are which are gone.</param>
    /// <param name="jobs">Each a job, or a job and a number.</param>
    /// <param name="known">The text of an earlier stream, whose numbers count before theirs; null for none.</param>
    /// <exception cref="ArgumentException">One is of another form, or they are too many.</exception>
    public static async Task<FollowedJobs> Read(ApiCall call, ImmutableArray<string> jobs, string? known)
    {
        if (jobs.Length > ApiLimits.FollowedJobs)
            throw new ArgumentException($"job is given {jobs.Length} times: it must be at most {ApiLimits.FollowedJobs} times.");
        var followed = new FollowedJobs();
        foreach (var text in jobs)
        {
            var (id, number) = Parse(text) ?? throw new ArgumentException($"job is '{text}': it must be JOB or JOB:NUMBER.");
            if (await call.Parts.Jobs.Find(id) is { } job && call.Caller.Covers(job.Project)) followed.numbers[id] = number;
            else followed.over.Add(id);
        }
        foreach (var text in (known ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (Parse(text) is var (id, number) && followed.numbers.ContainsKey(id)) followed.numbers[id] = number;
        return followed;
    }

    /// <summary>Events that were not told yet; each counts as told once it is handed out.</summary>
    public async IAsyncEnumerable<(JobId Job, JobEvent Event)> Next(IJobStore store, int most)
    {
        foreach (var job in numbers.Keys.Except(ended).ToList())
        {
            foreach (var e in await store.Changes(job, numbers[job], most))
            {
                numbers[job] = e.Number;
                if (e.Change is JobEnded) ended.Add(job);
                yield return (job, e);
            }
            // Also one whose end was known before, and one that was deleted.
            if (!ended.Contains(job) && (await store.Find(job))?.Phase.HasEnded() != false
                && (await store.Changes(job, numbers[job], 1)).Count == 0 && ended.Add(job)) over.Add(job);
        }
    }

    /// <summary>Those of which nothing more will be told, without the event of an end; each is handed out once.</summary>
    public ImmutableArray<JobId> Over()
    {
        ImmutableArray<JobId> told = [.. over];
        over.Clear();
        return told;
    }

    /// <summary>Each completes when there may be more of one of them.</summary>
    public IEnumerable<Task> Waits(IJobStore store, CancellationToken ct) =>
        numbers.Keys.Except(ended).Select(job => store.WaitForChanges(job, numbers[job], ct));

    public override string ToString() => string.Join(',', numbers.Select(n => $"{n.Key}:{n.Value}"));

    private static (JobId Job, long Number)? Parse(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        if (at < 0) return text.Length == 0 ? null : (new JobId(text), 0);
        return at > 0 && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (new JobId(text[..at]), number) : null;
    }
}
