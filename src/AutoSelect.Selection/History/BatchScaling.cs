namespace AutoSelect.Selection.History;

/// <summary>How the examples that a strategy needs to a target grow with its batch size.</summary>
internal static class BatchScaling
{
    /// <summary>
    /// Examples grow with this power of the batch size: with 0 examples would carry over between batch sizes, with 1 steps would. Over 51
    /// pairs of own exhaustive runs that differ in the batch size the median is .37 (quartiles .21 and .51); with 20 pairs of which only
    /// the smaller batch arrived it is .50.
    /// </summary>
    public const double Exponent = 0.4;
}
