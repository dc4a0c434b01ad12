namespace AutoSelect.Performance;

/// <summary>
/// What a layer takes of a step, and what it has to send. Times may be shares where only their proportions matter.
/// </summary>
/// <param name="ForwardSeconds">Forward pass.</param>
/// <param name="BackwardSeconds">Backward pass; its end makes the layer's gradient complete.</param>
/// <param name="UpdateSeconds">Update of the layer's parameters.</param>
/// <param name="Parameters">Trainable values; 0 for a layer that has none.</param>
/// <param name="Rows">Rows of the weight as a matrix, for low-rank compression; 0 for a vector.</param>
public sealed record LayerTime(double ForwardSeconds, double BackwardSeconds, double UpdateSeconds, long Parameters, int Rows = 0)
{
    public double ForwardSeconds { get; init; } = NotNegative(ForwardSeconds, nameof(ForwardSeconds));
    public double BackwardSeconds { get; init; } = NotNegative(BackwardSeconds, nameof(BackwardSeconds));
    public double UpdateSeconds { get; init; } = NotNegative(UpdateSeconds, nameof(UpdateSeconds));

    public long Parameters { get; init; } = Parameters >= 0 ? Parameters
        : throw new ArgumentOutOfRangeException(nameof(Parameters), Parameters, "A layer has no negative number of parameters");

    /// <summary>Forward, backward and update, seconds.</summary>
    public double Seconds => ForwardSeconds + BackwardSeconds + UpdateSeconds;

    private static double NotNegative(double seconds, string name) => seconds >= 0 && double.IsFinite(seconds)
        ? seconds
        : throw new ArgumentOutOfRangeException(name, seconds, "The time of a layer is finite and not negative");
}
