using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>
/// Draws when the candidates of a job arrive, as fractions of their horizons: one earlier problem a draw, in which each does what it did
/// there, or its strategy, or its kind; what was not run there is taken from another problem in the unit of the baseline's arrival. The
/// less was seen at a level the more often the next one is taken, at the end a wide guess around the baseline.
/// </summary>
internal sealed class PriorSampler
{
    /// <summary>Families at which a level is taken half the time: see <see cref="PriorLevel"/>.</summary>
    private static readonly double[] Elsewhere = [6, 3, 4];

    /// <summary>The same in problems of the job's own workload, where a run tells more.</summary>
    private static readonly double[] AtHome = [0.2, 0.5, 2];

    /// <summary>Chance that a candidate of which nothing is known never arrives.</summary>
    private const double Never = 0.3;

    /// <summary>Standard deviation of the logarithm of its arrival over the baseline's.</summary>
    private const double Vague = 0.7;

    /// <summary>Where a baseline that did not arrive may have arrived later, in horizons.</summary>
    private const double Later = 1.25;

    /// <summary>Standard deviation of the logarithm of an arrival between two seeds of one run; twice that between problems.</summary>
    private const double SeedNoise = 0.1;

    private readonly PriorQuestion question;
    private readonly PriorMixture mixture;
    private readonly PriorCandidate? baseline;
    private readonly PriorFamilies[] elsewhere;

    /// <param name="question">The job.</param>
    /// <param name="mixture">Of the problems.</param>
    /// <param name="problems">All, at their own targets.</param>
    public PriorSampler(PriorQuestion question, PriorMixture mixture, IReadOnlyCollection<PriorProblem> problems)
    {
        (this.question, this.mixture) = (question, mixture);
        baseline = question.Baseline is { } index ? question.Candidates[index] : null;
        elsewhere = [.. question.Candidates.SelectMany(c => Enum.GetValues<PriorLevel>().Select(level =>
            new PriorFamilies(problems.Where(p => p.At(level, c).Length > 0), question.HorizonSteps)))];
    }

    /// <summary>Draws [candidates][rows].</summary>
    public double[][] Joint(int rows, SeededNumbers numbers)
    {
        var result = question.Candidates.Select(_ => new double[rows]).ToArray();
        for (var row = 0; row < rows; row++)
        {
            var problem = mixture.Draw(numbers);
            var isHome = mixture.IsHome(problem);
            var reference = Reference(problem, numbers);
            for (var i = 0; i < result.Length; i++)
            {
                var at = Arrival(i, problem, isHome, reference, numbers) * Math.Exp((isHome ? 1 : 2) * SeedNoise * numbers.Normal());
                result[i][row] = at <= 1 ? at : double.PositiveInfinity;
            }
        }
        return result;
    }

    private double Arrival(int index, PriorProblem problem, bool isHome, double reference, SeededNumbers numbers)
    {
        var (candidate, missedUntil) = (question.Candidates[index], 0.0);
        for (var level = PriorLevel.Candidate; level <= PriorLevel.Kind; level++)
        {
            var here = problem.At(level, candidate);
            var there = elsewhere[3 * index + (int)level];
            var isTaken = isHome && here.Length > 0 ? PriorMixture.IsTaken(here.Length, AtHome[(int)level], numbers)
                : PriorMixture.IsTaken(there.Weight, Elsewhere[(int)level], numbers);
            if (!isTaken || (here.Length == 0 && there.IsEmpty)) continue;
            if (here.Length > 0)
            {
                var run = here[numbers.Below(here.Length)];
                var scale = Scale(run, candidate, isHome);
                var missed = run.MissedUntil * scale;
                if (double.IsFinite(run.Arrival) && run.Arrival * scale > missedUntil) return run.Arrival * scale;
                // A shorter run that came to its end is known only up to there.
                if (double.IsPositiveInfinity(run.Arrival) && !run.IsCensored && (!isHome || scale > 0.95)) return double.PositiveInfinity;
                if (double.IsPositiveInfinity(run.Arrival)) missedUntil = Math.Max(missedUntil, double.IsFinite(missed) ? missed : scale);
                continue;
            }
            var other = there.Draw(numbers);
            var runs = other.At(level, candidate);
            if (Ratio(runs[numbers.Below(runs.Length)], candidate, Reference(other, numbers)) is not { } ratio) continue;
            var at = ratio * Math.Min(reference, Later);
            if (at > missedUntil) return at;
        }
        return Guess(reference, missedUntil, numbers);
    }

    private static double Guess(double reference, double missedUntil, SeededNumbers numbers)
    {
        if (numbers.Uniform() < Never) return double.PositiveInfinity;
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var middle = double.IsFinite(reference) ? reference : Later * (0.5 + 0.5 * numbers.Uniform());
            if (middle * Math.Exp(Vague * numbers.Normal()) is var at && at > missedUntil) return at;
        }
        return double.PositiveInfinity;
    }

    /// <summary>A run's arrival over that of the baseline there; null where neither is known to have arrived.</summary>
    private static double? Ratio(PriorRun run, PriorCandidate candidate, double reference) =>
        run.IsCensored || (double.IsPositiveInfinity(run.Arrival) && double.IsPositiveInfinity(reference)) ? null
            : run.Arrival * Scale(run, candidate, isHome: false) / Math.Min(reference, Later);

    /// <summary>The arrival of what stands for the baseline: a run of it, of its strategy, of its kind, or any.</summary>
    private double Reference(PriorProblem problem, SeededNumbers numbers)
    {
        ReadOnlySpan<PriorRun> runs = [];
        if (baseline is not null)
            for (var level = PriorLevel.Candidate; level <= PriorLevel.Kind && runs.IsEmpty; level++) runs = problem.At(level, baseline);
        if (runs.IsEmpty) runs = problem.Runs.AsSpan();
        var run = runs[numbers.Below(runs.Length)];
        // One that was stopped may have arrived at any time after.
        var scale = baseline is null ? 1 : Scale(run, baseline, mixture.IsHome(problem));
        return run.IsCensored ? Math.Max(run.MissedUntil * scale, Later * numbers.Uniform()) : run.Arrival * scale;
    }

    /// <summary>
    /// From fractions of a run's horizon to fractions of a candidate's. On one workload examples carry over, whatever the horizons; between
    /// workloads fractions do. A larger batch needs more examples.
    /// </summary>
    private static double Scale(PriorRun run, PriorCandidate candidate, bool isHome)
    {
        if (run.BatchSize is not { } batch || candidate.BatchSize is not { } own) return 1;
        var examples = isHome ? run.HorizonSteps * batch / (candidate.HorizonSteps * own) : 1;
        return examples * Math.Pow((double)own / batch, BatchScaling.Exponent);
    }
}
