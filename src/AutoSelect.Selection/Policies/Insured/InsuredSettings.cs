namespace AutoSelect.Selection.Policies.Insured;

/// <summary>Constants of the insured race; chosen on recorded curves, see docs/how-it-decides.md.</summary>
internal sealed record InsuredSettings
{
    public static InsuredSettings Default { get; } = new();

    /// <summary>Share of a run before which its curve tells nothing: no challenger is judged before it.</summary>
    public double LeastSliceShare { get; init; } = 0.12;

    /// <summary>Shortest slice, some ten times what loading and saving cost.</summary>
    public double LeastSliceSeconds { get; init; } = 2;

    /// <summary>A challenger's slices: steps done at one look over those at the look before.</summary>
    public double SliceGrowth { get; init; } = 1.5;

    /// <summary>How many times what a challenger in the race is worth a newcomer must be worth to take its lane.</summary>
    public double SwitchBy { get; init; } = 1.5;

    /// <summary>Probability of winning below which a challenger's checkpoint is not worth keeping.</summary>
    public double StopBelow { get; init; } = 0.01;

    /// <summary>Joint samples of the arrivals of those that have not begun.</summary>
    public int Samples { get; init; } = 320;

    /// <summary>Quantile of the baseline's arrival that the premium is a share of: optimistic, so that it is not overdrawn.</summary>
    public double PremiumQuantile { get; init; } = 0.2;
}
