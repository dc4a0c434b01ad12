namespace AutoSelect.Host.Reports;

/// <summary>Files embedded in the assembly.</summary>
internal static class ReportAssets
{
    public static string Text(string name)
    {
        using var stream = typeof(ReportAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Resource {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
