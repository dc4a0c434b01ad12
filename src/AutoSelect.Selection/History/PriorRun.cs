namespace AutoSelect.Selection.History;

/// <summary>When an earlier run came to a target, as far as that is known.</summary>
/// <param name="Key">What it has in common with candidates of the same strategy and values, see <see cref="CandidateKey"/>.</param>
/// <param name="Strategy">Its training algorithm.</param>
/// <param name="BatchSize">Examples per step; null where that was not recorded.</param>
/// <param name="HorizonSteps">Steps of the whole run as planned.</param>
/// <param name="Arrival">Fraction of its horizon at which it reached the target; infinite when it did not.</param>
/// <param name="MissedUntil">
/// Fraction of its horizon up to which it is known not to have arrived: where it was paused or stopped, infinite at its end.
/// </param>
internal sealed record PriorRun(string Key, string Strategy, int? BatchSize, double HorizonSteps, double Arrival, double MissedUntil)
{
    /// <summary>True when it was broken off before it arrived: it may have arrived at any later time.</summary>
    public bool IsCensored => double.IsPositiveInfinity(Arrival) && double.IsFinite(MissedUntil);

    /// <param name="curve">With a target, or compared at one.</param>
    /// <param name="target">Turned as the curve's z.</param>
    public static PriorRun FromCurve(HistoryCurve curve, double target)
    {
        var hit = curve.ArrivalAt(target);
        return new PriorRun(curve.Key, curve.Source.Algorithm, curve.Source.BatchSize, curve.Source.HorizonSteps, hit,
            double.IsFinite(hit) || curve.IsFinished(target) ? double.PositiveInfinity : curve.X[^1]);
    }
}
