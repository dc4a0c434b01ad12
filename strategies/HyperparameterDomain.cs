using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>Hyperparameters read with the domain on which the update is defined.</summary>
internal static class HyperparameterDomain
{
    /// <exception cref="ArgumentOutOfRangeException">Not at least 0.</exception>
    public static double NonNegative(this TrainingTask task, string name) =>
        task[name] is var value && value >= 0 ? value : throw Refused(task, name, value, "at least 0");

    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public static double Positive(this TrainingTask task, string name) =>
        task[name] is var value && value > 0 ? value : throw Refused(task, name, value, "above 0");

    /// <exception cref="ArgumentOutOfRangeException">Not at least 0 and below 1.</exception>
    public static double BelowOne(this TrainingTask task, string name) =>
        task[name] is var value && value is >= 0 and < 1 ? value : throw Refused(task, name, value, "at least 0 and below 1");

    /// <summary>The coefficient β of an average, given as 1-β.</summary>
    /// <exception cref="ArgumentOutOfRangeException">1-β not above 0 and at most 1.</exception>
    public static double OneMinus(this TrainingTask task, string name) =>
        task[name] is var value && value is > 0 and <= 1 ? 1 - value : throw Refused(task, name, value, "above 0 and at most 1");

    /// <exception cref="ArgumentOutOfRangeException">Not an integer of at least <paramref name="minimum"/>.</exception>
    public static int Integer(this TrainingTask task, string name, int minimum) =>
        task[name] is var value && value == Math.Floor(value) && value >= minimum && value <= int.MaxValue ? (int)value
        : throw Refused(task, name, value, $"an integer of at least {minimum}");

    private static ArgumentOutOfRangeException Refused(TrainingTask task, string name, double value, string rule) =>
        new(nameof(name), $"{task.Strategy.Name}: '{name}' is {value}; it must be {rule}.");
}
