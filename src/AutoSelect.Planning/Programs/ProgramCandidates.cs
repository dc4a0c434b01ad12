using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.Programs;

/// <summary>
/// The candidates of a program: what is declared, crossed and drawn as hyperparameters of a strategy are, each with the arguments that its
/// program is run with.
/// </summary>
internal static class ProgramCandidates
{
    /// <param name="request">Without errors.</param>
    /// <param name="known">Candidates of the job that they join, which are not made again.</param>
    /// <returns>With unique names.</returns>
    public static ImmutableArray<Candidate> Expand(ProgramRequest request, ImmutableArray<Candidate> known)
    {
        var taken = known.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return [.. request.Candidates.SelectMany(declared => Points(request, declared)).Where(c => !known.Any(c.HasCourseOf))
            .Select(c => c with { Name = Unique(c.Name, taken) })];
    }

    /// <summary>How many there will be, before any is made.</summary>
    public static double Count(ProgramRequest request) => request.Candidates.Sum(c =>
        c.Arguments.Values.Aggregate(1.0, (product, values) => product * values.Length)
        * (c.Ranges.IsEmpty ? 1 : c.Points ?? c.Ranges.Count) * request.RanksOf(c).Length);

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++) unique = $"{name}-{n}";
        return unique;
    }

    private static IEnumerable<Candidate> Points(ProgramRequest request, ProgramCandidateRequest declared)
    {
        var points = Cross(declared.Arguments).SelectMany(given => Drawn(request, declared).Select(given.SetItems)).ToArray();
        var varied = points.SelectMany(p => p).GroupBy(a => a.Key).Where(g => g.Select(a => a.Value).Distinct().Count() > 1)
            .Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        var ranks = request.RanksOf(declared);
        return points.SelectMany(point => ranks.Select(n =>
        {
            var marks = point.Where(a => varied.Contains(a.Key)).Select(a => $"-{Mark(a.Key)}{Mark(a.Value)}");
            var name = string.Concat([declared.Name, .. marks, ranks.Length > 1 ? $"-r{n}" : ""]);
            return Create(request, declared, name, request.Arguments.SetItems(point)) with { Ranks = n };
        }));
    }

    private static Candidate Create(
        ProgramRequest request, ProgramCandidateRequest declared, string name, ImmutableSortedDictionary<string, string> arguments) => new()
        {
            Name = name,
            Strategy = declared.Like ?? ProgramWorkload.Strategy.Name,
            Hyperparameters = Numbers(arguments),
            // A step is the unit in which a program counts.
            BatchSize = 1,
            Schedule = new LearningRateSchedule
            {
                Kind = ScheduleKind.Constant,
                HorizonEpochs = (double)(declared.Steps ?? request.Steps) / request.Steps,
            },
            Seed = request.Seed,
            Arguments = arguments,
        };

    private static ImmutableSortedDictionary<string, double> Numbers(ImmutableSortedDictionary<string, string> arguments) =>
        arguments.Where(a => a.Value is not ("true" or "false") && !a.Value.StartsWith('"'))
            .ToImmutableSortedDictionary(a => a.Key, a => double.Parse(a.Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static IEnumerable<ImmutableSortedDictionary<string, string>> Cross(
        ImmutableSortedDictionary<string, ImmutableArray<string>> arguments)
    {
        IEnumerable<ImmutableSortedDictionary<string, string>> crossed =
            [ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)];
        foreach (var (name, values) in arguments) crossed = crossed.SelectMany(c => values.Select(v => c.SetItem(name, v)));
        return crossed;
    }

    /// <summary>Points of the ranges, drawn as a strategy's are.</summary>
    private static IEnumerable<ImmutableSortedDictionary<string, string>> Drawn(ProgramRequest request, ProgramCandidateRequest declared)
    {
        var strategy = ProgramWorkload.Strategy with
        {
            Name = declared.Name,
            Hyperparameters = [.. declared.Ranges.Select(r => new HyperparameterDescription
            {
                Name = r.Key,
                Label = HyperparameterLabel.Nuisance,
                Default = r.Value.Minimum,
                Minimum = r.Value.Minimum,
                Maximum = r.Value.Maximum,
                Scale = r.Value.Scale,
                Summary = "",
            })],
        };
        if (declared.Ranges.IsEmpty) return [ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)];
        var drawn = CandidateGenerator.Expand(
            new CandidateRequest
            {
                Strategies = [new StrategyRequest { Strategy = declared.Name, Ranges = declared.Ranges, Points = declared.Points }],
                BatchSizes = [1],
                Epochs = [1],
                Seed = request.Seed,
            },
            new Catalogue { Strategies = [strategy], Workloads = [], Devices = [] }, trainingExamples: 1);
        return drawn.Candidates.Select(c => c.Hyperparameters.ToImmutableSortedDictionary(
            h => h.Key, h => JsonSerializer.Serialize(h.Value), StringComparer.Ordinal));
    }

    /// <summary>A name or a value as part of a candidate's name.</summary>
    private static string Mark(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number.ToString("G4", CultureInfo.InvariantCulture).ToLowerInvariant();
        return new string([.. text.Trim('"').Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_').Take(24)]).ToLowerInvariant();
    }
}
