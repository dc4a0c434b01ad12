using System.Collections.Immutable;
using AutoSelect.Contracts;


namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>
/// What a policy made of a suite. Slowdowns are capped at 4, the price of a miss; problems whose target no candidate reaches are
/// counted and left out of all other figures. Without a target, regrets stand in their place. Intervals hold 90 % and come from a
/// bootstrap over workloads.
/// </summary>
public sealed record SuiteFigures
{
    public required string Suite { get; init; }
    public required string Policy { get; init; }

    /// <summary>Devices side by side; null for as many as there are candidates.</summary>
    public int? Devices { get; init; }

    /// <summary>What was charged besides training and evaluating.</summary>
    public SimulatedCosts Costs { get; init; } = new();

    public required int Problems { get; init; }
    public required int UnsolvableProblems { get; init; }
    public double? HitRate { get; init; }
    public double? MeanCappedSlowdown { get; init; }
    public double[]? MeanCappedSlowdownInterval { get; init; }
    public double? MedianSlowdown { get; init; }
    public double? MeanScaledRegret { get; init; }
    public double[]? MeanScaledRegretInterval { get; init; }
    public double? Within5PercentOfOracle { get; init; }

    /// <summary>(single best − policy) / (single best − oracle) of the mean losses; null without a history.</summary>
    public double? ClosedGap { get; init; }

    public double[]? ClosedGapInterval { get; init; }

    /// <summary>Mean loss of the candidate that is best on the other workloads; null without a history.</summary>
    public double? SingleBest { get; init; }

    /// <summary>Mean device time in runs of the oracle.</summary>
    public double? DeviceTimeOverOracle { get; init; }

    public double[]? DeviceTimeOverOracleInterval { get; init; }

    /// <summary>Geometric mean over workloads of the baseline's time over the job's.</summary>
    public double? SpeedupOverBaseline { get; init; }

    public double[]? SpeedupOverBaselineInterval { get; init; }

    /// <summary>Largest time of a job over that of its baseline alone.</summary>
    public double? WorstOverBaseline { get; init; }

    /// <summary>Share of the jobs that took more than 1.1 times as long as their baselines alone.</summary>
    public double? ShareWorseThan110Percent { get; init; }

    /// <summary>Mean over workloads of a job's device time over its baseline's.</summary>
    public double? DeviceTimeOverBaseline { get; init; }

    /// <summary>Device time of the losers over the whole.</summary>
    public double? ProbeShare { get; init; }

    /// <summary>Share of the recorded outcomes within the 90 % intervals of the policy's forecasts; null when it makes none.</summary>
    public double? Coverage90 { get; init; }

    public required int Decisions { get; init; }
    public required double MicrosecondsPerDecision { get; init; }
    public required double ProblemsPerMinute { get; init; }
    public required ImmutableArray<ProblemFigures> PerProblem { get; init; }

    public static SuiteFigures FromReplays(IReadOnlyList<ProblemReplay> replays, SuiteReplayOptions options)
    {
        var solved = replays.Where(r => r.IsSolvable).ToArray();
        var workloads = solved.GroupBy(r => r.Problem.Workload).Select(g => g.ToArray()).ToArray();
        var timed = replays[0].Objective.Kind == ObjectiveKind.FastestTo;
        var (loss, interval) = (Mean(solved, r => r.Loss), Bootstrap.Interval(workloads, d => Mean(d, r => r.Loss), options.Seed));
        var coverage = replays.Select(ForecastCoverage.CountInside)
            .Aggregate((Inside: 0, All: 0), (a, b) => (a.Inside + b.Inside, a.All + b.All));
        var decisions = replays.Sum(r => r.Outcome.Rungs.Length);
        var elapsed = replays.Sum(r => r.Elapsed.TotalSeconds);
        return new SuiteFigures
        {
            Suite = replays[0].Problem.Curves[0].Suite,
            Policy = options.Policy,
            Devices = options.Devices,
            Costs = options.Costs,
            Problems = replays.Count,
            UnsolvableProblems = replays.Count - solved.Length,
            HitRate = Mean(solved, r => r.Hit ? 1 : 0),
            MeanCappedSlowdown = timed ? loss : null,
            MeanCappedSlowdownInterval = timed ? interval : null,
            MedianSlowdown = timed ? Median(solved) : null,
            MeanScaledRegret = timed ? null : loss,
            MeanScaledRegretInterval = timed ? null : interval,
            Within5PercentOfOracle = Mean(solved, r => r.Loss <= r.OracleLoss + 0.05 ? 1 : 0),
            ClosedGap = Closed(solved),
            ClosedGapInterval = Bootstrap.Interval(workloads, Closed, options.Seed),
            SingleBest = Mean(solved, r => r.SingleBestLoss),
            DeviceTimeOverOracle = Mean(solved, r => r.DeviceTimeOverOracle),
            DeviceTimeOverOracleInterval = Bootstrap.Interval(workloads, d => Mean(d, r => r.DeviceTimeOverOracle), options.Seed),
            SpeedupOverBaseline = Speedup(solved),
            SpeedupOverBaselineInterval = Bootstrap.Interval(workloads, Speedup, options.Seed),
            WorstOverBaseline = solved.Max(r => r.OverBaseline?.TimeOverBaseline),
            ShareWorseThan110Percent = Mean(solved, r => r.OverBaseline is { } o ? o.TimeOverBaseline > 1.1 ? 1 : 0 : null),
            DeviceTimeOverBaseline = workloads.Average(w => Mean(w, r => r.OverBaseline?.DeviceTimeOverBaseline)),
            ProbeShare = solved.Sum(r => r.Outcome.DeviceSeconds) is var whole and > 0 ? solved.Sum(r => r.Outcome.ProbeSeconds) / whole
                : null,
            Coverage90 = coverage.All == 0 ? null : (double)coverage.Inside / coverage.All,
            Decisions = decisions,
            MicrosecondsPerDecision = replays.Sum(r => r.Deciding.TotalMicroseconds) / Math.Max(1, decisions),
            ProblemsPerMinute = replays.Count / Math.Max(1e-9, elapsed) * 60,
            PerProblem = [.. replays.Select(ProblemFigures.FromReplay)],
        };
    }

    private static double? Mean(IEnumerable<ProblemReplay> replays, Func<ProblemReplay, double?> figure) =>
        replays.Select(figure).Average();

    private static double? Median(ProblemReplay[] solved)
    {
        var sorted = solved.Select(r => r.Loss).Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double? Speedup(IReadOnlyList<ProblemReplay> replays) => replays.GroupBy(r => r.Problem.Workload)
        .Select(w => Mean(w, r => r.OverBaseline is { } o ? -Math.Log(o.TimeOverBaseline) : null)).Average() is { } log
            ? Math.Exp(log) : null;

    private static double? Closed(IReadOnlyList<ProblemReplay> replays)
    {
        var known = replays.Where(r => r.SingleBestLoss is not null).ToArray();
        var (single, oracle) = (Mean(known, r => r.SingleBestLoss), Mean(known, r => r.OracleLoss));
        return single > oracle ? (single - Mean(known, r => r.Loss)) / (single - oracle) : null;
    }
}
