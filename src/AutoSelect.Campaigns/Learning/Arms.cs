using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Learning;

/// <summary>The candidates of a campaign's template, known from job to job by what they are and not by their names.</summary>
internal static class Arms
{
    /// <summary>
    /// What makes a candidate the same in two jobs: everything but its name, its seed, and the steps of its run, which follow from the
    /// point.
    /// </summary>
    public static string Key(Candidate candidate) => string.Join(' ',
    [
        candidate.Strategy, $"b{candidate.BatchSize}", candidate.Schedule.Kind.ToString().ToLowerInvariant(),
        .. candidate.Hyperparameters.Select(h => $"{h.Key}={h.Value.ToString("G9", CultureInfo.InvariantCulture)}"),
        .. candidate.Arguments.Where(a => !candidate.Hyperparameters.ContainsKey(a.Key)).Select(a => $"{a.Key}={a.Value}"),
        .. candidate.Axes(),
    ]);

    /// <summary>
    /// A job's candidate without the arguments that its program is given whoever trains it, which follow from the point.
    /// </summary>
    public static Candidate Own(JobSpec job, Candidate candidate)
    {
        if (job.Workload.Program is not { } program) return candidate;
        var common = candidate.Arguments.Where(a => program.Arguments.GetValueOrDefault(a.Key) == a.Value).Select(a => a.Key).ToList();
        return candidate with
        {
            Arguments = candidate.Arguments.RemoveRange(common),
            Hyperparameters = candidate.Hyperparameters.RemoveRange(common),
        };
    }

    /// <summary>The candidates of keys, in the order of the keys.</summary>
    public static IEnumerable<Candidate> Chosen(ImmutableArray<Candidate> arms, ImmutableArray<string> keys)
    {
        var byKey = arms.ToDictionary(Key, StringComparer.Ordinal);
        return keys.Select(k => byKey[k]);
    }

    /// <summary>A key as the template names it; the key itself where it names none so.</summary>
    public static string Name(ImmutableArray<Candidate> arms, string key) => arms.FirstOrDefault(a => Key(a) == key)?.Name ?? key;
}
