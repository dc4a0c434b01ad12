namespace AutoSelect.Testing.Processes;

/// <summary>What another project was built to, beside the tests that run.</summary>
public static class BuiltFile
{
    /// <summary>A workload that fails in the ways it is asked to, as a user's own assembly.</summary>
    public static string FaultyWorkloads { get; } = Of("AutoSelect.FaultyWorkloads", "AutoSelect.FaultyWorkloads.dll");

    public static string Of(string project, string file)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(tests.Parent!.Parent!.FullName, project, tests.Name, file);
    }
}
