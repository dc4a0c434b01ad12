using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>A factor of one batch, as a sum over the batch and what turns it into the mean.</summary>
/// <param name="Sum">Of the factor's shape.</param>
/// <param name="Weight">The factor is this times the sum.</param>
internal readonly record struct Statistic(Tensor Sum, double Weight);
