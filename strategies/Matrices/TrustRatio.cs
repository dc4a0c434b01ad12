using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The ratio of a layer's norm to its update's, of layer-wise adaptive methods.</summary>
internal static class TrustRatio
{
    /// <summary>
    /// 1 in place of ratios with a norm of 0 above or below the line, where a layer's length says nothing about its step.
    /// </summary>
    public static Tensor OneWhereUndefined(Tensor ratios) =>
        where(ratios.gt(0).logical_and_(ratios.isinf().logical_not_()), ratios, ones_like(ratios));
}
