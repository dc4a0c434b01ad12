using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>How the problems of a suite are replayed.</summary>
public sealed record SuiteReplayOptions
{
    /// <summary>Name of the policy, with its parameters, as <see cref="ReplayPolicies"/> has it.</summary>
    public required string Policy { get; init; }

    /// <summary>Devices side by side; null for as many as there are candidates.</summary>
    public int? Devices { get; init; } = 2;

    /// <summary>Null takes the target where the suite has one, else the best value by the deadline.</summary>
    public ObjectiveKind? Objective { get; init; }

    public double Confidence { get; init; } = 0.9;

    /// <summary>What a borrowed device's second is worth in seconds of the job (<see cref="ProbeBudget.Price"/>).</summary>
    public double Price { get; init; } = new ProbeBudget().Price;

    /// <summary>The premium as a share of the baseline's time (<see cref="ProbeBudget.Insurance"/>).</summary>
    public double Insurance { get; init; } = new ProbeBudget().Insurance;

    public long Seed { get; init; } = 1;

    /// <summary>What is charged besides training and evaluating; default nothing.</summary>
    public SimulatedCosts Costs { get; init; } = new();
}

/// <summary>Replays every problem of a suite as a job of its own. The results depend on the seed alone.</summary>
public static class SuiteReplay
{
    /// <exception cref="ArgumentException">No such policy, or a target is asked for and a problem has none.</exception>
    public static ImmutableArray<ProblemReplay> Run(IEnumerable<ReplayProblem> problems, SuiteReplayOptions options) =>
        [.. problems.Select(p => Run(p, options))];

    private static ProblemReplay Run(ReplayProblem problem, SuiteReplayOptions options)
    {
        if (options.Objective == ObjectiveKind.FastestTo && problem.Curves[0].Target is null)
            throw new ArgumentException($"The problem '{problem.Name}' has no target: its objective must be best_by.", nameof(options));
        var conditions = SimulatedConditions.For(problem.Curves, options.Devices ?? problem.Curves.Length, options.Objective) with
        {
            Confidence = options.Confidence,
            Probe = new ProbeBudget
            {
                Devices = options.Devices ?? problem.Curves.Length,
                Price = options.Price,
                Insurance = options.Insurance,
            },
            Seed = options.Seed ^ (long)Hash(problem.Name),
            History = problem.History,
            Costs = options.Costs,
            Baseline = problem.Baseline,
        };
        var scale = ProblemScale.FromCurves(problem.Curves, conditions.Objective);
        problem.History.Learn();
        var policy = new TimedPolicy(ReplayPolicies.Get(options.Policy, problem.Curves, conditions.Objective));
        var started = Stopwatch.GetTimestamp();
        // What is slower than a miss counts as one, so that nothing after it matters.
        var budget = problem.Curves[0].BudgetSeconds;
        var stop = problem.Baseline is not null ? OverBaseline.Budgets * budget
            : scale.OracleSeconds * ProblemScale.Miss ?? ProblemScale.Miss * budget;
        var outcome = SimulatedJob.Run(problem.Curves, policy,
            conditions with { StopAfterSeconds = conditions.Objective.Kind == ObjectiveKind.FastestTo ? stop : null });
        return new ProblemReplay(problem, conditions.Objective, scale, outcome, Stopwatch.GetElapsedTime(started), policy.Spent);
    }

    private static ulong Hash(string text) => text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL) >> 2;
}
