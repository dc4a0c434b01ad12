namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>SGD with momentum under stale gradients; the same on all ranks.</summary>
public sealed record StaleSgdSettings
{
    /// <summary>η of an update, counted from 0; at least 0.</summary>
    public required Func<long, double> LearningRate { get; init; }

    /// <summary>μ in [0, 1). Default .9.</summary>
    public double Momentum { get; init; } = .9;

    /// <summary>L2 coefficient λ in the gradient of parameters with two dimensions or more. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Where gradients are computed. Default: at the newest parameters.</summary>
    public StalenessRepair Repair { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value outside its domain.</exception>
    internal void Validate()
    {
        if (Momentum is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, "Momentum must be in [0, 1).");
        if (!(WeightDecay >= 0))
            throw new ArgumentOutOfRangeException(nameof(WeightDecay), WeightDecay, "Weight decay must not be negative.");
    }
}
