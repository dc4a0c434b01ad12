using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>What is known of a layer whose times were not measured.</summary>
/// <param name="Parameters">Trainable values, 0 or more.</param>
/// <param name="Rows">Rows of the weight as a matrix; 0 for a vector.</param>
/// <param name="MultiplyAdds">Of the forward pass of one example; null for one a parameter, as in a dense layer.</param>
public sealed record LayerWork(long Parameters, int Rows = 0, double? MultiplyAdds = null)
{
    /// <summary>
    /// Shares of a step of layers: forward passes in proportion to multiply-adds, backward passes twice that, updates in proportion to
    /// parameters, by the rates of an ordinary device. A step time that was measured scales them.
    /// </summary>
    /// <param name="question">Of the step of one device on its share of the batch.</param>
    /// <param name="layers">First layer first.</param>
    /// <exception cref="ArgumentException">No layers, or none that works.</exception>
    public static ImmutableArray<LayerTime> Times(StepTimeQuestion question, params IReadOnlyList<LayerWork> layers)
    {
        if (!layers.Any(l => l.Parameters > 0 || l.MultiplyAdds > 0))
            throw new ArgumentException($"Of {layers.Count} layers at least one must have parameters or multiply-adds", nameof(layers));
        return [.. layers.Select(layer =>
        {
            var (forward, update) = RooflineBase.Parts(
                question with { ForwardMultiplyAdds = layer.MultiplyAdds ?? layer.Parameters, Parameters = layer.Parameters });
            return new LayerTime(forward, 2 * forward, update, layer.Parameters, layer.Rows);
        })];
    }
}
