using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Selection.Policies.Comparison;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Policies;

/// <summary>
/// Selection policies by name. Numbers may follow a name, separated by colons, in the order of its parameters:
/// <c>current-best:0.05</c>, <c>successive-halving:2:0.02</c>; those left out have their defaults.
/// </summary>
public static class PolicyCatalogue
{
    private static readonly ImmutableSortedDictionary<string, PolicyEntry> ByName = new PolicyEntry[]
    {
        new(InsuredPolicy.CatalogueName, [], _ => new InsuredPolicy()),
        new("exhaustive", [], _ => new ExhaustivePolicy()),
        new("random", [Count], p => new RandomPolicy((int)p[0])),
        new("best-elsewhere", [Count], p => new BestElsewherePolicy((int)p[0])),
        new("current-best", [Share(0.1)], p => new CurrentBestPolicy(p[0])),
        new("one-evaluation", [], _ => new OneEvaluationPolicy()),
        new("median-stopping", [Share(0.05)], p => new MedianStoppingPolicy(p[0])),
        new("successive-halving", [Eta, Share(0.03)], p => new SuccessiveHalvingPolicy(p[0], p[1])),
        new("hyperband", [Eta, Share(0.03)], p => new HyperbandPolicy(p[0], p[1])),
        new("power-law", [Share(0.1)], p => new PowerLawPolicy(p[0])),
        new("probability-of-improvement", [new("the threshold", 0.05, 0, 1), Share(0.1)],
            p => new ProbabilityOfImprovementPolicy(p[0], p[1])),
        new("asha-promote", [Eta, Share(0.03)], p => new AshaPromotePolicy(p[0], p[1])),
        new("asha-stop", [Eta, Share(0.03)], p => new AshaStopPolicy(p[0], p[1])),
    }.ToImmutableSortedDictionary(p => p.Name, p => p, StringComparer.Ordinal);

    public static ImmutableArray<string> Names { get; } = [.. ByName.Keys];

    private static PolicyParameter Count => new("the number of candidates", 1, 1, 10_000);
    private static PolicyParameter Eta => new("eta", 3, 1.1, 100);

    public static bool Contains(string name) => ByName.ContainsKey(name);

    /// <summary>
    /// Name of a former policy: jobs that were submitted under it, and have not ended, go on with the one that replaced it.
    /// </summary>
    private const string Former = "regret";

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ArgumentException">There is none, or its parameters are out of range; the message says what would do.</exception>
    public static ISelectionPolicy Get(string name)
    {
        var parts = name.Split(':');
        if (parts[0] == ReplayPolicies.OracleName)
            throw new ArgumentException(
                "'oracle' is no policy for a job: it knows how the recording ends, so only a replay can use it.", nameof(name));
        if (name == Former) return new InsuredPolicy();
        if (!ByName.TryGetValue(parts[0], out var entry))
            throw new ArgumentException($"'{name}' is no selection policy: it must be one of {string.Join(", ", Names)}.", nameof(name));
        if (parts.Length - 1 > entry.Parameters.Length)
            throw new ArgumentException(
                $"'{name}' has {parts.Length - 1} parameters: {entry.Name} takes at most {entry.Parameters.Length}.", nameof(name));
        return entry.Create([.. entry.Parameters.Select((p, i) => i + 1 < parts.Length ? p.Parse(parts[i + 1], name) : p.Default)]);
    }

    /// <summary>
    /// True where jobs under the policy of that name have a lane for their baseline (<see cref="ISelectionPolicy.InsuresBaseline"/>); false
    /// also for a name that is not in the catalogue.
    /// </summary>
    public static bool InsuresBaseline(string name) => name is InsuredPolicy.CatalogueName or Former;

    private static PolicyParameter Share(double value) => new("the share of the run", value, 0.001, 0.999);

    private sealed record PolicyEntry(string Name, PolicyParameter[] Parameters, Func<double[], ISelectionPolicy> Create);

    private sealed record PolicyParameter(string Meaning, double Default, double Least, double Most)
    {
        public double Parse(string text, string name) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= Least && value <= Most
                ? value
                : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"'{name}': {Meaning} is '{text}', it must be a number from {Least} to {Most}."), nameof(name));
    }
}
