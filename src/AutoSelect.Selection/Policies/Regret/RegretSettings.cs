namespace AutoSelect.Selection.Policies.Regret;

/// <summary>Constants of the regret policy; chosen on recorded curves, see docs/how-it-decides.md.</summary>
internal sealed record RegretSettings
{
    public static RegretSettings Default { get; } = new();

    /// <summary>Share of its own horizon that every trial gets before anything is compared.</summary>
    public double FirstRungShare { get; init; } = 0.05;

    /// <summary>Shortest slice, so that loading and saving stay small beside training.</summary>
    public double LeastSliceSeconds { get; init; } = 2;

    /// <summary>Largest part of the probe budget that the first rung may take.</summary>
    public double FirstRungBudgetShare { get; init; } = 0.5;

    /// <summary>Share of the horizon before which no trial is stopped for what its curve shows.</summary>
    public double NoStopBefore { get; init; } = 0.08;

    /// <summary>Share of the horizon before which the finalists all go on, whatever their forecasts say.</summary>
    public double HedgeBefore { get; init; } = 0.12;

    /// <summary>P(best) below which a trial is given up.</summary>
    public double StopBelow { get; init; } = 0.015;

    /// <summary>Share of the horizon of a slice when history says whom to try.</summary>
    public double InformedSliceShare { get; init; } = 0.025;

    /// <summary>Growth of such a slice from rung to rung.</summary>
    public double InformedSliceGrowth { get; init; } = 1.2;

    /// <summary>Share of the horizon before which an informed policy does not commit.</summary>
    public double NoCommitBefore { get; init; } = 0.15;

    /// <summary>Growth of the slice from rung to rung, while the trials halve.</summary>
    public double SliceGrowth { get; init; } = 1.6;

    /// <summary>Share of the horizon between two looks at a committed run.</summary>
    public double WatchShare { get; init; } = 0.1;

    /// <summary>Consecutive points outside the watched band that call a fall-back.</summary>
    public int WatchPoints { get; init; } = 3;

    /// <summary>Share of the winner's expected remaining time by which the runner-up must be sooner to take its place; large, so
    /// that two trials of about the same promise do not change places back and forth.</summary>
    public double OvertakenBy { get; init; } = 0.4;

    /// <summary>Half-widths of the 90 % band that the watched band has.</summary>
    public double WatchWidth { get; init; } = 1.6;
}
