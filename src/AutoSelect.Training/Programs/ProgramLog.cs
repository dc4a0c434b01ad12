using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Programs;

/// <summary>Finds points in what a program writes anyway. Lines without one are passed over: a log holds more than points.</summary>
/// <param name="source">Where and how.</param>
/// <param name="metric">Name that the points get.</param>
internal sealed class ProgramLog(PointSource source, string metric)
{
    private readonly Regex? pattern = source.Pattern is { } text
        ? new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
    private readonly Dictionary<string, long> read = new(StringComparer.Ordinal);
    private string[]? columns;

    /// <summary>Path in the working folder; null for the program's output.</summary>
    public string? File => source.File;

    /// <summary>The point of a line; null where it has none.</summary>
    public ProgramMessage.Progress? Read(string line) => source.Format switch
    {
        PointFormat.Pattern => pattern!.Match(line) is { Success: true } match ? Point(match.Groups["step"].Value, match.Groups["value"].Value) : null,
        PointFormat.JsonLines => OfJson(line),
        _ => OfCsv(line),
    };

    /// <summary>Whole lines that were added since the last call to files that match.</summary>
    public IEnumerable<string> NewLines(string folder, string glob)
    {
        var place = Path.Combine(folder, Path.GetDirectoryName(glob) ?? "");
        if (!Directory.Exists(place)) yield break;
        foreach (var path in Directory.EnumerateFiles(place, Path.GetFileName(glob)).Order(StringComparer.Ordinal))
            foreach (var line in Added(path)) yield return line;
    }

    private List<string> Added(string path)
    {
        var lines = new List<string>();
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var from = read.GetValueOrDefault(path);
        // Begun anew.
        if (stream.Length < from) from = 0;
        stream.Position = from;
        var bytes = new byte[(int)Math.Min(stream.Length - from, 1 << 20)];
        stream.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        read[path] = from + end;
        if (end > 0) lines.AddRange(Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return lines;
    }

    private ProgramMessage.Progress? OfJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            return entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(source.Step, out var step)
                && entry.TryGetProperty(source.Value ?? metric, out var value) ? Point(step.ToString(), value.ToString()) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ProgramMessage.Progress? OfCsv(string line)
    {
        var fields = line.TrimEnd('\r').Split(',');
        var names = Array.ConvertAll(fields, f => f.Trim().Trim('"'));
        if (columns is null || names.Contains(source.Step))
        {
            columns = names;
            return null;
        }
        var (step, value) = (Array.IndexOf(columns, source.Step), Array.IndexOf(columns, source.Value ?? metric));
        return step >= 0 && value >= 0 && step < names.Length && value < names.Length ? Point(names[step], names[value]) : null;
    }

    private ProgramMessage.Progress? Point(string step, string value) =>
        double.TryParse(step, NumberStyles.Float, CultureInfo.InvariantCulture, out var at) && double.IsInteger(at) && at is >= 0 and < 1e15
            && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new ProgramMessage.Progress((long)at, new Dictionary<string, double> { [metric] = number }, 0) : null;
}
