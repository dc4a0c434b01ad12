using System.Globalization;

namespace AutoSelect.Storage;

/// <summary>Makes ids of the names that jobs are submitted under: what a client sends never names a file or a grain as it is.</summary>
internal static class JobNames
{
    private const int Longest = 80;

    /// <summary>The name in lower-case letters, digits and dashes; "job" where nothing is left of it.</summary>
    public static string ToIdText(string name)
    {
        var text = new string([.. name.Take(Longest).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]).Trim('-');
        return text.Length == 0 ? "job" : text;
    }

    /// <summary>Takes an id apart; number 0 where it ends in none.</summary>
    public static (string Text, long Number) Split(string id)
    {
        var dash = id.LastIndexOf('-');
        var isNumbered = long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return dash > 0 && isNumbered ? (id[..dash], number) : (id, 0);
    }
}
