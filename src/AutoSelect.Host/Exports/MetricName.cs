using System.Globalization;
using System.Text;

namespace AutoSelect.Host.Exports;

/// <summary>Names as TensorBoard, MLflow and file systems all take them.</summary>
internal static class MetricName
{
    private const int Longest = 100;

    /// <summary>
    /// A name of letters, digits, dots, dashes and underscores of ASCII alone. What is anything else stands as its code, so that two names
    /// do not become one; a long one is cut.
    /// </summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (clean.Length >= Longest) break;
            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '-' or '_')) clean.Append(rune);
            else clean.Append(CultureInfo.InvariantCulture, $"_{rune.Value:x2}");
        }
        // A folder of this name must be one of its own.
        return clean.ToString().Trim('.') is { Length: > 0 } text ? text : "_";
    }
}
