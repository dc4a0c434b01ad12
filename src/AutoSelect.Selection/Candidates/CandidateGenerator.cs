using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>
/// Expands the candidates section of a job file into candidates: strategies × batch sizes × run lengths × hyperparameter points.
/// </summary>
public static class CandidateGenerator
{
    /// <summary>Strategy of the baseline and last resort.</summary>
    public const string BaselineStrategy = "nadamw";

    /// <summary>Batch sizes where the request names none.</summary>
    public static ImmutableArray<int> DefaultBatchSizes { get; } = [128, 256, 512];

    /// <summary>Expands a request. Strategies come in the order of the request (of the catalogue's default set when it names none), then
    /// batch sizes, run lengths and points, the default point first; candidates that continue others come last, each after the one it
    /// continues.</summary>
    /// <param name="request">The candidates section.</param>
    /// <param name="catalogue">Strategies there are.</param>
    /// <param name="trainingExamples">Examples of one epoch; a batch must not be larger.</param>
    /// <param name="traits">What the workload allows; null where that is not known. A combination that cannot be trained is an error where
    /// the strategy was named, and left out where it came with the default set.</param>
    /// <param name="skipped">Indices of strategies to leave out unchecked, since their errors are known already; null for none.</param>
    /// <param name="known">Candidates that there are already: they may be continued, keep their names, and are not made again.</param>
    public static CandidateExpansion Expand(
        CandidateRequest request, Catalogue catalogue, int trainingExamples, WorkloadTraits? traits = null,
        IReadOnlySet<int>? skipped = null, ImmutableArray<Candidate> known = default)
    {
        skipped ??= ImmutableHashSet<int>.Empty;
        var isDefault = request.Strategies.IsDefaultOrEmpty;
        var bf16 = catalogue.Devices.IsDefaultOrEmpty ? null
            : catalogue.Devices.Select(d => d.Bf16).FirstOrDefault(b => b is { IsFast: false }) ?? catalogue.Devices[0].Bf16;
        var errors = CandidateValidation.Check(request, catalogue, trainingExamples, skipped);
        var requests = request.Strategies.IsDefaultOrEmpty
            ? [.. catalogue.Strategies.Where(s => s.InDefaultSet).Select(s => new StrategyRequest { Strategy = s.Name })]
            : request.Strategies;
        known = known.IsDefault ? [] : known;
        var candidates = new List<Candidate>(known);
        var seen = known.Select(Key).ToHashSet(StringComparer.Ordinal);
        var names = new CandidateNames(
            isLengthTold: request.Epochs.Concat(known.Select(c => c.Schedule.HorizonEpochs)).Distinct().Skip(1).Any(), known);
        var nameless = new List<Candidate>();
        var dropped = new List<CandidateError>();
        var notes = new List<CandidateNote>();
        void Add(int index, StrategyDescription strategy, Candidate candidate)
        {
            if (!seen.Add(Key(candidate))) return;
            var broken = CandidateRules.Broken(candidate, strategy, traits, bf16).ToList();
            dropped.AddRange(broken.Select(
                rule => new CandidateError(
                    isDefault ? null : index, isDefault ? "candidates" : $"candidates[{index}]", candidate.Strategy, rule)));
            if (broken.Count == 0) nameless.Add(candidate);
        }
        void Name()
        {
            candidates.AddRange(names.Give(nameless, catalogue.Strategies));
            nameless.Clear();
        }
        void Note(int index, StrategyDescription strategy, HyperparameterPoint point, int batchSize) => notes.AddRange(
            point.HeldAt(batchSize).Select(held => new CandidateNote(
                isDefault ? "batchSizes" : $"candidates[{index}]",
                $"{strategy.Name} at batch size {batchSize}: its rule for the batch size asks for {held.Hyperparameter.Name} "
                + $"{Number(held.Asked)}, which is held at {Number(held.Hyperparameter.Maximum)}, the greatest of its range.")));
        var continuing = new List<(int Index, ContinuationPoints Points)>();
        for (var i = 0; i < requests.Length; i++)
        {
            // What is wrong is reported; the rest is still expanded, to find what is wrong with it too.
            if (skipped.Contains(i)
                || errors.Any(
                    e => e.Strategy == i || (e.Strategy is null && !e.Path.StartsWith("batchSizes", StringComparison.Ordinal)))) continue;
            var description = catalogue.Strategies.First(s => s.Name == requests[i].Strategy);
            if (requests[i].Continues is not null)
            {
                continuing.Add((i, new ContinuationPoints(i, description, requests[i], trainingExamples)));
                continue;
            }
            var sizes = FirstGiven(requests[i].BatchSizes, FirstGiven(request.BatchSizes, DefaultBatchSizes));
            var points = HyperparameterPoints.ForStrategy(description, requests[i], request.PointsPerStrategy, request.Seed);
            foreach (var size in sizes.Where(s => s >= 1 && s <= trainingExamples))
                foreach (var epochs in request.Epochs)
                    foreach (var (precision, modifiers) in requests[i].Modifiers.Else(request.Modifiers).Cross())
                        foreach (var (ranks, communication) in requests[i].Ranks.Else(request.Ranks).Cross())
                            foreach (var point in points)
                            {
                                Note(i, description, point, size);
                                Add(
                                    i, description, Create(description, requests[i], size, epochs, point.At(size), request.Seed) with
                                    {
                                        Precision = precision,
                                        Modifiers = modifiers,
                                        Ranks = ranks,
                                        Communication = communication,
                                    });
                            }
        }
        Name();

        var isWhole = errors.IsEmpty && dropped.Count == 0 && skipped.Count == 0;
        // Whoever is continued comes first, so that a name means something when it is read; what is left names each other or nobody.
        while (continuing.FindIndex(c => c.Points.CanBegin(candidates)) is var next and >= 0)
        {
            var (i, continuation) = continuing[next];
            continuing.RemoveAt(next);
            var description = catalogue.Strategies.First(s => s.Name == requests[i].Strategy);
            var points = HyperparameterPoints.ForStrategy(description, requests[i], request.PointsPerStrategy, request.Seed);
            foreach (var predecessor in continuation.Predecessors(candidates))
                foreach (var (precision, modifiers) in requests[i].Modifiers.Else(ModifierGrid.ForCandidate(predecessor)).Cross())
                    foreach (var (ranks, communication) in requests[i].Ranks.Else(RankGrid.ForCandidate(predecessor)).Cross())
                        foreach (var point in points)
                        {
                            Note(i, description, point, predecessor.BatchSize);
                            var candidate = Create(description, requests[i], predecessor.BatchSize, predecessor.Schedule.HorizonEpochs,
                                point.At(predecessor.BatchSize), request.Seed);
                            candidate = candidate with
                            {
                                Precision = precision,
                                Modifiers = modifiers,
                                Ranks = ranks,
                                Communication = communication,
                            };
                            foreach (var one in continuation.After(candidate, predecessor, candidates).ToList()) Add(i, description, one);
                        }
            // Whoever continues one of these means it by its name.
            Name();
            errors = [.. errors, .. continuation.Errors.Distinct()];
        }
        // What a request with mistakes would have been may be who is meant.
        if (isWhole) errors = [.. errors, .. continuing.Select(c => c.Points.Unknown(candidates))];
        candidates.RemoveRange(0, known.Length);
        if (!isDefault || candidates.Count == 0) errors = [.. errors, .. dropped.Distinct()];
        return new CandidateExpansion { Candidates = [.. candidates], Errors = errors, Notes = [.. notes.Distinct()] };
    }

    /// <summary>
    /// Name of the candidate that would be run without AutoSelect: the first one of NAdamW (default point, first batch size), or the first
    /// of all; never one that continues another.
    /// </summary>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public static string Baseline(ImmutableArray<Candidate> candidates) => candidates.IsDefaultOrEmpty
        ? throw new ArgumentException("0 candidates: a baseline needs at least 1.", nameof(candidates))
        : (candidates.FirstOrDefault(c => c is { Strategy: BaselineStrategy, Continues: null })
            ?? candidates.FirstOrDefault(c => c.Continues is null) ?? candidates[0]).Name;

    private static Candidate Create(
        StrategyDescription strategy, StrategyRequest request, int batchSize, double epochs,
        ImmutableSortedDictionary<string, double> values, long seed) => new()
        {
            Name = "",
            Strategy = strategy.Name,
            Hyperparameters = values,
            BatchSize = batchSize,
            Schedule = new LearningRateSchedule
            {
                Kind = request.Schedule ?? strategy.Schedule,
                HorizonEpochs = epochs,
                WarmupFraction = strategy.WarmupFraction,
            },
            Seed = seed,
        };

    private static ImmutableArray<int> FirstGiven(ImmutableArray<int> given, ImmutableArray<int> otherwise) =>
        given.IsDefaultOrEmpty ? otherwise : given;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>All that makes two candidates train alike.</summary>
    private static string Key(Candidate c) => string.Join(
        '|', [c.Strategy, c.BatchSize, c.Schedule.Kind, c.Schedule.HorizonEpochs.ToString("R", CultureInfo.InvariantCulture),
            c.Precision, c.Ranks, c.Communication, c.Modifiers, c.Continues,
            .. c.Hyperparameters.Select(h => $"{h.Key}={h.Value.ToString("R", CultureInfo.InvariantCulture)}")]);
}
