using AutoSelect.Contracts;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>
/// Counts how often what was recorded lies within the 90 % intervals of the forecasts a policy made: time to the target, or the final value
/// without one.
/// </summary>
internal static class ForecastCoverage
{
    public static (int Inside, int All) CountInside(ProblemReplay replay)
    {
        var runs = replay.Problem.Curves.Select((c, i) => (TrialId.At(i), Run: new RecordedRun(c))).ToDictionary(r => r.Item1, r => r.Run);
        var (inside, all) = (0, 0);
        foreach (var forecast in replay.Outcome.Rungs.SelectMany(r => r.Outcome.Forecasts))
        {
            if (Compare(forecast, runs[forecast.Trial], replay.Objective) is not { } isInside) continue;
            all++;
            if (isInside) inside++;
        }
        return (inside, all);
    }

    private static bool? Compare(Forecast forecast, RecordedRun run, Objective objective)
    {
        if (objective.Kind == ObjectiveKind.FastestTo)
        {
            if (forecast.SecondsToTarget is not { } time) return null;
            var left = (run.SecondsToTarget(objective) ?? double.PositiveInfinity) - run.SecondsAt(forecast.AtStep);
            return left < 0 ? null : left >= time.P05 && left <= time.P95;
        }
        return run.ValueAt(forecast.FinalAtSeconds) is { } value ? value >= forecast.FinalValue.P05 && value <= forecast.FinalValue.P95
            : null;
    }
}
