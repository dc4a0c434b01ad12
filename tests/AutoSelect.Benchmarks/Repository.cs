namespace AutoSelect.Benchmarks;

/// <summary>Where the scripts are that benchmarks start.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, above the built benchmark.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AutoSelect.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmark is not in the repository.");
        return folder;
    }
}
