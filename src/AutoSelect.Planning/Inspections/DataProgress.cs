namespace AutoSelect.Planning.Inspections;

/// <summary>Progress of getting a data set.</summary>
/// <param name="What">What is got.</param>
/// <param name="Bytes">So far.</param>
/// <param name="Total">In all; null where unknown.</param>
public sealed record DataProgress(string What, long Bytes, long? Total);
