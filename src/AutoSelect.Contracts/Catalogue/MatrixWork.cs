namespace AutoSelect.Contracts;

/// <summary>
/// How the multiply-adds of work on a layer's matrix [m, n] follow from its size, r rows of inputs that a batch has for it (examples times
/// positions), k and l the shorter and the longer side. Of a side that is too long nothing is done.
/// </summary>
[JsonStringEnum]
public enum MatrixWorkKind
{
    /// <summary>Products with a square matrix on each side: m²n + mn².</summary>
    Products,

    /// <summary>Decompositions of a square matrix for each side: m³ + n³.</summary>
    Decompositions,

    /// <summary>Second moments of inputs and output gradients: r(m² + n²).</summary>
    Moments,

    /// <summary>A step of a polynomial iteration on the shorter side: 2k²l + k³.</summary>
    Iterations,

    /// <summary>As many as the forward pass of the batch.</summary>
    ForwardPasses,
}

/// <summary>
/// Work that a strategy does beside forward pass, backward pass and going through its state; for forecasts of step times.
/// </summary>
/// <param name="Kind">How it follows from the sizes of layers.</param>
/// <param name="Times">How often it is done, as a factor of the multiply-adds; above 0.</param>
/// <param name="Interval">Name of the hyperparameter that holds the steps from one time to the next; null for every step.</param>
/// <param name="LongestSide">Name of the hyperparameter that holds the longest side of which anything is done; null for all.</param>
/// <param name="Examples">Name of the hyperparameter that holds the most examples it is done for, 0 for all; null for all.</param>
/// <param name="InnerLayers">True leaves out the first and the last layer, of more than two.</param>
[GenerateSerializer, Immutable, Alias("autoselect.MatrixWork")]
public sealed record MatrixWork(
    [property: Id(0)] MatrixWorkKind Kind,
    [property: Id(1)] double Times = 1,
    [property: Id(2)] string? Interval = null,
    [property: Id(3)] string? LongestSide = null,
    [property: Id(4)] string? Examples = null,
    [property: Id(5)] bool InnerLayers = false);
