namespace AutoSelect.Selection.History;

/// <summary>How the examples that a strategy needs to a target grow with its batch size.</summary>
internal static class BatchScaling
{
    /// <summary>
    /// Examples grow with this power of the batch size: with 0 examples would carry over between batch sizes, with 1 steps would. The
    /// median over pairs of AutoSelect's own exhaustive runs that differ in the batch size.
    /// </summary>
    public const double Exponent = 0.4;
}
