namespace AutoSelect.Training.Workloads;

/// <summary>Widths of layers as options give them.</summary>
internal static class Layers
{
    /// <summary>Parses widths joined by dashes, such as 512-256.</summary>
    /// <exception cref="BadOptionException">Not integers of at least 1.</exception>
    public static int[] Widths(string text, string option) =>
        [.. text.Split('-', StringSplitOptions.TrimEntries).Select(part => int.TryParse(part, out var width) && width >= 1 ? width
            : throw new BadOptionException(
                option, $"Option '{option}' is '{text}': it must be integers of at least 1 joined by dashes, such as 512-256."))];
}
