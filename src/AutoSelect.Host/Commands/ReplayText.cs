using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Jobs.Replay.Suites;

namespace AutoSelect.Host.Commands;

/// <summary>What a replay says to people.</summary>
internal static class ReplayText
{
    public static void Write(TextWriter output, ImmutableArray<ProblemReplay> replays, SuiteFigures figures, SuiteReplayOptions options)
    {
        output.WriteLine($"Simulated on recorded curves; seconds are virtual. {ReplayCosts.Text(options.Costs)}");
        TextTable.Write(output, ["problem", "chosen", "to target", "value", "probe", "oracle", "oracle's", "baseline's", "slowdown"],
            replays.Select(Row));
        if (replays.Length == 1) WriteDecisions(output, replays[0].Outcome);
        else WriteFigures(output, figures);
    }

    private static string[] Row(ProblemReplay replay)
    {
        var (outcome, reference) = (replay.Outcome, replay.Outcome.Reference);
        return
        [
            replay.Problem.Name, outcome.Winner
                ?? "none", Time(outcome.SecondsToTarget), Value(outcome.Value), Wording.Duration(outcome.ProbeSeconds),
            reference.Oracle ?? "none", Time(reference.OracleSeconds), Time(reference.BaselineSeconds), Value(outcome.Slowdown),
        ];
    }

    private static void WriteDecisions(TextWriter output, SimulatedOutcome outcome)
    {
        output.WriteLine();
        TextTable.Write(
            output, ["rung", "at", "decided"], outcome.Rungs.Select(r => new[] { $"{r.Rung}", Wording.Duration(r.At), r.Outcome.Summary }));
    }

    private static void WriteFigures(TextWriter output, SuiteFigures figures)
    {
        output.WriteLine();
        TextTable.Write(output, ["figure", "value", "90 % interval"], new (string Name, double? Value, double[]? Interval)[]
        {
            ("problems", figures.Problems, null),
            ("  no candidate reaches the target", figures.UnsolvableProblems, null),
            ("hit rate", figures.HitRate, null),
            ("mean slowdown, capped at 4", figures.MeanCappedSlowdown, figures.MeanCappedSlowdownInterval),
            ("median slowdown", figures.MedianSlowdown, null),
            ("mean scaled regret", figures.MeanScaledRegret, figures.MeanScaledRegretInterval),
            ("within 5 % of the oracle", figures.Within5PercentOfOracle, null),
            ("single best", figures.SingleBest, null),
            ("closed gap to the oracle", figures.ClosedGap, figures.ClosedGapInterval),
            ("device time over the oracle's", figures.DeviceTimeOverOracle, figures.DeviceTimeOverOracleInterval),
            ("speed-up over the baseline", figures.SpeedupOverBaseline, figures.SpeedupOverBaselineInterval),
            ("worst over the baseline", figures.WorstOverBaseline, null),
            ("worse than 1.1 of the baseline", figures.ShareWorseThan110Percent, null),
            ("device time over the baseline's", figures.DeviceTimeOverBaseline, null),
            ("share of the losers", figures.ProbeShare, null),
            ("coverage of 90 % intervals", figures.Coverage90, null),
            ("microseconds per decision", figures.MicrosecondsPerDecision, null),
            ("problems per minute", figures.ProblemsPerMinute, null),
        }.Where(f => f.Value is not null).Select(f => new[]
        {
            f.Name, Value(f.Value), f.Interval is [var low, var high] ? $"{Wording.Value(low)} to {Wording.Value(high)}" : "",
        }));
    }

    private static string Value(double? value) => value is { } v ? Wording.Value(v) : "–";

    private static string Time(double? seconds) => seconds is { } s ? Wording.Duration(s) : "–";
}
