using System.Numerics.Tensors;

namespace AutoSelect.Communication;

/// <summary>The scale that puts the largest magnitude of a bucket where a format wants it.</summary>
internal static class Magnitude
{
    /// <summary>Beyond these powers of two a scale or its inverse would not be a normal number.</summary>
    public const int LargestExponent = 126;

    /// <summary>
    /// The power of two that brings the largest magnitude into [target/2, target); exact to multiply with and to divide by.
    /// </summary>
    /// <returns>1 when all values are 0 or one is not finite.</returns>
    public static float PowerOfTwoScale(ReadOnlySpan<float> values, int targetExponent)
    {
        var largest = Largest(values);
        if (largest == 0 || !float.IsFinite(largest)) return 1;
        return MathF.ScaleB(1, Math.Clamp(targetExponent - 1 - MathF.ILogB(largest), -LargestExponent, LargestExponent));
    }

    /// <summary>Largest magnitude; 0 for none, NaN when a value is NaN.</summary>
    public static float Largest(ReadOnlySpan<float> values) => values.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(values));
}
