using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>By what candidates of one strategy and batch size differ: schedule and hyperparameters, as few as tell all apart.</summary>
internal sealed class DistinguishingMarks
{
    /// <summary>What practitioners call them; others go by their own names.</summary>
    private static readonly ImmutableDictionary<string, string> Short =
        ImmutableDictionary<string, string>.Empty.Add("learningRate", "lr").Add("weightDecay", "wd");

    /// <summary>Significant digits that a value given by hand keeps; a drawn one has as few as tell it from the others.</summary>
    private const int DigitsOfGiven = 4, FewestDigits = 2;

    private readonly StrategyDescription strategy;
    private readonly ImmutableArray<(Func<Candidate, double> Value, Func<double, string> Text)> marks;

    /// <param name="strategy">Of all.</param>
    /// <param name="candidates">At least one, of one batch size.</param>
    public DistinguishingMarks(StrategyDescription strategy, IReadOnlyList<Candidate> candidates)
    {
        this.strategy = strategy;
        marks = [.. Fewest(candidates).Select(m => (m.Value, Texts(m.Name, [.. candidates.Select(m.Value).Distinct()])))];
    }

    /// <summary>True for the strategy's own schedule and values, as its rules for the batch size have them.</summary>
    public bool IsUsual(Candidate candidate) => candidate.Schedule.Kind == strategy.Schedule
        && HyperparameterPoint.Usual(strategy).At(candidate.BatchSize).SequenceEqual(candidate.Hyperparameters);

    /// <summary>Such as "-lr0.15"; empty where nothing differs that is looked at.</summary>
    public string Suffix(Candidate candidate) => string.Concat(marks.Select(m => m.Text(m.Value(candidate))));

    /// <summary>
    /// Greedily, whatever tells most of them apart from each other, the learning rate before others: where points were drawn in a space of
    /// many hyperparameters, one of these is enough.
    /// </summary>
    private List<(string Name, Func<Candidate, double> Value)> Fewest(IReadOnlyList<Candidate> candidates)
    {
        List<(string Name, Func<Candidate, double> Value)> open =
        [
            .. strategy.Hyperparameters.Select(h => h.Name).OrderBy(n => n != "learningRate")
                .Select(n => (n, (Func<Candidate, double>)(c => c.Hyperparameters.GetValueOrDefault(n, double.NaN)))),
            ("", c => (double)c.Schedule.Kind),
        ];
        var chosen = new List<(string Name, Func<Candidate, double> Value)>();
        while (open.Count > 0 && Classes(candidates, chosen) is var now && now < candidates.Count)
        {
            var next = open.MaxBy(m => Classes(candidates, [.. chosen, m]));
            if (Classes(candidates, [.. chosen, next]) == now) break;
            chosen.Add(next);
            open.Remove(next);
        }
        return chosen;
    }

    private static int Classes(IEnumerable<Candidate> candidates, List<(string Name, Func<Candidate, double> Value)> by) =>
        candidates.Select(c => string.Join('|', by.Select(m => m.Value(c).ToString("R", CultureInfo.InvariantCulture)))).Distinct().Count();

    private static Func<double, string> Texts(string name, double[] values)
    {
        if (name.Length == 0) return kind => $"-{((ScheduleKind)kind).ToString().ToLowerInvariant()}";
        var digits = FewestDigits;
        while (digits < 17 && values.Select(v => Number(v, digits)).Distinct().Count() < values.Length) digits++;
        return value => $"-{Short.GetValueOrDefault(name, name.ToLowerInvariant())}{Number(value, digits)}";
    }

    private static string Number(double value, int digits)
    {
        var given = value.ToString($"G{DigitsOfGiven}", CultureInfo.InvariantCulture);
        var exact = double.Parse(given, CultureInfo.InvariantCulture) == value;
        return Wording.Number(value, exact ? Math.Max(digits, DigitsOfGiven) : digits);
    }
}
