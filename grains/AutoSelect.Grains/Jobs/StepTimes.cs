using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>The step-time belief of a trial: what it cost so far, contention included, since that is what the rest will cost. Pure.</summary>
internal static class StepTimes
{
    /// <summary>Belief before anything was measured: 20 ms, give or take a factor of about three.</summary>
    private static readonly StepTimeForecast Unknown = new(0.02, 1.0, 0.3);

    public static StepTimeForecast Of(Trial trial)
    {
        if (trial.StepTime is not { } measured || trial.Curve.IsEmpty) return Unknown;
        var last = trial.Curve[^1];
        var mean = last.DeviceSeconds / Math.Max(1, last.Step);
        var spread = Math.Max(0.02, Math.Abs(Math.Log(Math.Max(mean, 1e-9) / Math.Max(measured.LowerQuartileSeconds, 1e-9))) / 2);
        return new StepTimeForecast(mean, spread, last.EvaluationSeconds / trial.Curve.Length);
    }
}
