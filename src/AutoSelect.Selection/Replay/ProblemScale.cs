using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>
/// The unit in which jobs on one recorded problem are scored: its oracle's seconds to the target, or its range of values.
/// </summary>
internal sealed class ProblemScale
{
    /// <summary>Slowdown of a job that misses the target, and of anything slower.</summary>
    public const double Miss = 4;

    private readonly double sign;
    private readonly double range;

    private ProblemScale(double? oracleSeconds, double? oracleValue, double oracleRunSeconds, double sign, double range) =>
        (OracleSeconds, OracleValue, OracleRunSeconds, this.sign, this.range) = (oracleSeconds, oracleValue, oracleRunSeconds, sign, range);

    /// <summary>Shortest time to the target of any candidate; null when none reaches it.</summary>
    public double? OracleSeconds { get; }

    /// <summary>Best value of any candidate at the deadline; null with a target.</summary>
    public double? OracleValue { get; }

    /// <summary>Device seconds of the oracle's run.</summary>
    public double OracleRunSeconds { get; }

    public bool IsSolvable => OracleSeconds is > 0 || OracleValue is not null;

    public static ProblemScale FromCurves(ImmutableArray<RecordedCurve> curves, Objective objective)
    {
        var runs = curves.Select(c => new RecordedRun(c)).ToArray();
        var sign = objective.Direction == Direction.Maximize ? -1 : 1;
        if (objective.Kind == ObjectiveKind.FastestTo)
        {
            var seconds = runs.Min(r => r.SecondsToTarget(objective));
            return new(seconds, null, seconds ?? 0, sign, 1);
        }
        var deadline = objective.DeadlineSeconds ?? double.PositiveInfinity;
        var values = runs.Select(r => (Run: r, Value: sign * r.ValueAt(deadline)))
            .Where(v => v.Value is not null).OrderBy(v => v.Value).ToArray();
        var starts = curves.Select(c => sign * c.Values[0]).Where(v => v is not null).Order().ToArray();
        if (values.Length == 0 || starts.Length == 0) return new(null, null, 0, sign, 1);
        var best = values[0].Value!.Value;
        return new(null, sign * best, Math.Min(values[0].Run.EndSeconds, deadline), sign,
            Math.Max(1e-12, starts[starts.Length / 2]!.Value - best));
    }

    /// <summary>Time to the target over the oracle's, at most 4; 4 for a miss.</summary>
    public double Slowdown(double? seconds) => Math.Min(Miss, (seconds ?? double.PositiveInfinity) / (OracleSeconds ?? 1));

    /// <summary>
    /// Distance to the best value at the deadline over the way from the median first value to it; 0 to 1, and 1 without a value.
    /// </summary>
    public double Regret(double? value) => value is { } v && OracleValue is { } best ? Math.Clamp(sign * (v - best) / range, 0, 1) : 1;
}
