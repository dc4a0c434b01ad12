using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>The hyperparameters of <see cref="KfacStepper"/>, checked.</summary>
internal sealed record KfacSettings
{
    public required double Damping { get; init; }

    public required double KlClip { get; init; }

    public required double Momentum { get; init; }

    public required double WeightDecay { get; init; }

    /// <summary>Weight of the past in the averages of the factors.</summary>
    public required double FactorAverage { get; init; }

    /// <summary>Examples of a batch the factors are taken from; 0 for all.</summary>
    public required int FactorSamples { get; init; }

    /// <summary>Learning rate of the parameters without a block over that of the others.</summary>
    public required double FallbackRate { get; init; }

    public required RenewalSchedule Renewal { get; init; }

    /// <summary>Steps an inversion has on another thread before its result is used; 0 inverts within the step.</summary>
    public int InverseDelay { get; init; }

    /// <summary>Null for the task's schedule and a constant momentum.</summary>
    public LargeBatchRecipe? Recipe { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value outside the domain on which the update is defined.</exception>
    public static KfacSettings ForTask(TrainingTask task) => new()
    {
        Damping = task.Positive("damping"),
        KlClip = task.Positive("klClip"),
        Momentum = task.BelowOne("momentum"),
        WeightDecay = Has(task, "weightDecay") ? task.NonNegative("weightDecay") : 0,
        FactorAverage = task.BelowOne("factorAverage"),
        FactorSamples = task.Integer("factorSamples", 0),
        // The fallback follows the same schedule, from a peak of its own.
        FallbackRate = task.NonNegative("fallbackLearningRate") / task.Positive("learningRate"),
        Renewal = new(task.Integer("factorInterval", 1), task.Integer("inverseInterval", 1), task.Integer("burnInSteps", 1),
            task.NonNegative("adaptiveChange")),
        InverseDelay = Has(task, "inverseDelay") ? task.Integer("inverseDelay", 0) : 0,
    };

    private static bool Has(TrainingTask task, string name) => task.Strategy.Hyperparameters.Any(h => h.Name == name);
}
