using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.Winners;

/// <summary>
/// The candidate that a job chose, with those that it goes on from, as what one asks for in a job file. That it comes to the very same
/// candidates is checked by expanding it.
/// </summary>
internal sealed record WinningRun
{
    /// <summary>What to ask for: those that are continued first, the winner last.</summary>
    public required ImmutableArray<StrategyRequest> Requests { get; init; }

    /// <summary>The candidates as the job has them, in the same order.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    public Candidate Winner => Candidates[^1];

    /// <summary>The run of a job's winner.</summary>
    /// <param name="job">A job that has chosen somebody.</param>
    /// <param name="catalogue">Strategies there are.</param>
    /// <exception cref="InvalidOperationException">Nobody is chosen yet, or the strategies of this build are other ones.</exception>
    public static WinningRun OfJob(JobRecord job, Catalogue catalogue)
    {
        var winner = WinnerOf(job);
        var candidates = Chain(job, winner.Candidate).Reverse().ToImmutableArray();
        var requests = ImmutableArray<StrategyRequest>.Empty;
        foreach (var candidate in candidates)
        {
            // What the one before is called where it stands alone, which may be something else than here.
            var predecessor = requests.IsEmpty ? null : Expanded(job, candidates, requests, catalogue).Name;
            requests = requests.Add(Request(job, candidate, catalogue, predecessor));
            var made = Expanded(job, candidates, requests, catalogue);
            var (then, now) = (Text(job, candidate, catalogue), Text(job, made, catalogue));
            if (then != now)
                throw Different(job, candidate, $"it would be {now}");
        }
        return new WinningRun { Requests = requests, Candidates = candidates };
    }

    /// <summary>The trial that a job chose.</summary>
    /// <exception cref="InvalidOperationException">Nobody is chosen yet.</exception>
    public static Trial WinnerOf(JobRecord job) => (job.Outcome?.Winner ?? job.Exporting ?? job.Commit?.Winner) is { } id ? job[id]
        : throw new InvalidOperationException(
            $"Job '{job.Id}' is in phase {job.Phase} and has no winner: one is chosen by its commit or its end.");

    /// <summary>Every hyperparameter of a candidate; those that it leaves out are at the strategy's default.</summary>
    public static IEnumerable<(HyperparameterDescription Hyperparameter, double Value)> Values(
        JobRecord job, Candidate candidate, Catalogue catalogue) =>
        Strategy(job, candidate, catalogue).Hyperparameters.Select(
            h => (h, candidate.Hyperparameters.TryGetValue(h.Name, out var value) ? value : h.Default));

    /// <summary>The winner, then whom it continues, and so on.</summary>
    private static IEnumerable<Candidate> Chain(JobRecord job, Candidate winner)
    {
        for (var next = winner; next is not null;
            next = next.Continues is { } from ? job.Spec.Candidates.First(c => c.Name == from.Candidate) : null) yield return next;
    }

    private static StrategyRequest Request(JobRecord job, Candidate candidate, Catalogue catalogue, string? predecessor) => new()
    {
        Strategy = candidate.Strategy,
        // A default may lie below its range at small batches: it follows the strategy's rule there, and cannot be asked for.
        Values = Values(job, candidate, catalogue)
            .Where(v => v.Value >= v.Hyperparameter.Minimum && v.Value <= v.Hyperparameter.Maximum)
            .ToImmutableSortedDictionary(v => v.Hyperparameter.Name, v => ImmutableArray.Create(v.Value), StringComparer.Ordinal),
        BatchSizes = candidate.Continues is null ? [candidate.BatchSize] : [],
        Schedule = candidate.Schedule.Kind,
        Modifiers = ModifierGrid.ForCandidate(candidate),
        Ranks = RankGrid.ForCandidate(candidate),
        Continues = candidate.Continues is not { } from ? null
            : new ContinuationRequest { Candidate = predecessor!, After = [from.At], RewarmSteps = from.RewarmSteps },
    };

    /// <summary>The last candidate that the requests come to.</summary>
    private static Candidate Expanded(
        JobRecord job, ImmutableArray<Candidate> candidates, ImmutableArray<StrategyRequest> requests, Catalogue catalogue)
    {
        var request = new CandidateRequest
        {
            Strategies = requests,
            Epochs = [candidates[0].Schedule.HorizonEpochs],
            Seed = candidates[0].Seed,
        };
        var expansion = CandidateGenerator.Expand(request, catalogue, job.Spec.TrainingExamples);
        var last = candidates[requests.Length - 1];
        if (!expansion.Errors.IsEmpty) throw Different(job, last, string.Join(' ', expansion.Errors));
        return expansion.Candidates.Length == requests.Length ? expansion.Candidates[^1]
            : throw Different(job, last, $"there would be {expansion.Candidates.Length} candidates instead of {requests.Length}");
    }

    /// <summary>All that a candidate is trained with, without names.</summary>
    private static string Text(JobRecord job, Candidate candidate, Catalogue catalogue) => JsonSerializer.Serialize(
        candidate with
        {
            Name = "",
            Hyperparameters = Values(job, candidate, catalogue).ToImmutableSortedDictionary(v => v.Hyperparameter.Name, v => v.Value),
            Continues = candidate.Continues is { } origin ? origin with { Candidate = "" } : null,
        }, RecordJson.Options);

    private static StrategyDescription Strategy(JobRecord job, Candidate candidate, Catalogue catalogue) =>
        catalogue.Strategies.FirstOrDefault(s => s.Name == candidate.Strategy)
        ?? throw Different(job, candidate, $"there is no strategy '{candidate.Strategy}'."
            + NearestName.Suggest(candidate.Strategy, catalogue.Strategies.Select(s => s.Name)));

    private static InvalidOperationException Different(JobRecord job, Candidate candidate, string how) =>
        new($"{candidate.Name} of job '{job.Id}' cannot be written by this build, whose strategies are other ones: {how}");
}
