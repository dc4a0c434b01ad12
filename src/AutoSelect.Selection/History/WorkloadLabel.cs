namespace AutoSelect.Selection.History;

/// <summary>Reads what recordings call a workload: its name, and after a space the options that make a variant of it.</summary>
internal static class WorkloadLabel
{
    /// <summary>The workload without its options, which is its family in recordings of AutoSelect's jobs.</summary>
    public static string Family(string workload) => workload.Split(' ', 2)[0];
}
