namespace AutoSelect.Host.Commands;

/// <summary>Rows in aligned columns, two spaces apart, with nothing that gets in the way of cut and awk.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, string[] titles, IEnumerable<string[]> rows)
    {
        string[][] all = [titles, .. rows];
        var widths = titles.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all) output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
