using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection;

/// <summary>Expands the candidates section of a job file into candidates: strategies × batch sizes × run lengths × hyperparameter points.</summary>
public static class CandidateGenerator
{
    /// <summary>Strategy of the baseline and last resort.</summary>
    public const string BaselineStrategy = "nadamw";

    /// <summary>Batch sizes where the request names none.</summary>
    public static ImmutableArray<int> DefaultBatchSizes { get; } = [128, 256, 512];

    /// <summary>Expands a request. Strategies come in the order of the request (of the catalogue's default set when it names none), then batch sizes, run lengths and points, the default point first.</summary>
    /// <param name="request">The candidates section.</param>
    /// <param name="catalogue">Strategies there are.</param>
    /// <param name="trainingExamples">Examples of one epoch; a batch must not be larger.</param>
    public static CandidateExpansion Expand(CandidateRequest request, Catalogue catalogue, int trainingExamples)
    {
        var errors = CandidateValidation.Check(request, catalogue, trainingExamples);
        var requests = request.Strategies.IsDefaultOrEmpty
            ? [.. catalogue.Strategies.Where(s => s.InDefaultSet).Select(s => new StrategyRequest { Strategy = s.Name })]
            : request.Strategies;
        var candidates = new List<Candidate>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < requests.Length; i++)
        {
            // What is wrong is reported; the rest is still expanded, for a preview.
            if (errors.Any(e => e.Strategy == i || e.Strategy is null)) continue;
            var description = catalogue.Strategies.First(s => s.Name == requests[i].Strategy);
            var sizes = FirstGiven(requests[i].BatchSizes, FirstGiven(request.BatchSizes, DefaultBatchSizes));
            var points = HyperparameterPoints.Of(description, requests[i], request.PointsPerStrategy, request.Seed);
            foreach (var size in sizes.Where(s => s <= trainingExamples))
                foreach (var epochs in request.Epochs)
                    foreach (var point in points)
                    {
                        var candidate = Create(description, requests[i], size, epochs, point.At(size), request.Seed);
                        if (!seen.Add(Key(candidate))) continue;
                        candidates.Add(candidate with { Name = Unique(names, Name(description.Name, size, epochs, request.Epochs.Length)) });
                    }
        }
        return new CandidateExpansion { Candidates = [.. candidates], Errors = errors };
    }

    /// <summary>Name of the candidate that would be run without AutoSelect: the first one of NAdamW (default point, first batch size), or the first of all.</summary>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public static string Baseline(ImmutableArray<Candidate> candidates) => candidates.IsDefaultOrEmpty
        ? throw new ArgumentException("0 candidates: a baseline needs at least 1.", nameof(candidates))
        : (candidates.FirstOrDefault(c => c.Strategy == BaselineStrategy) ?? candidates[0]).Name;

    private static Candidate Create(
        StrategyDescription strategy, StrategyRequest request, int batchSize, double epochs, ImmutableSortedDictionary<string, double> values, long seed) => new()
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

    private static ImmutableArray<int> FirstGiven(ImmutableArray<int> given, ImmutableArray<int> otherwise) => given.IsDefaultOrEmpty ? otherwise : given;

    private static string Name(string strategy, int batchSize, double epochs, int lengths) =>
        lengths > 1 ? $"{strategy}-b{batchSize}-e{epochs.ToString("0.##", CultureInfo.InvariantCulture)}" : $"{strategy}-b{batchSize}";

    private static string Unique(HashSet<string> names, string name)
    {
        var unique = name;
        for (var n = 2; !names.Add(unique); n++) unique = $"{name}-{n}";
        return unique;
    }

    /// <summary>All that makes two candidates train alike.</summary>
    private static string Key(Candidate c) => string.Join(
        '|', [c.Strategy, c.BatchSize, c.Schedule.Kind, c.Schedule.HorizonEpochs.ToString("R", CultureInfo.InvariantCulture),
            .. c.Hyperparameters.Select(h => $"{h.Key}={h.Value.ToString("R", CultureInfo.InvariantCulture)}")]);
}
