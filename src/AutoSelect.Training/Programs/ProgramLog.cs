using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Programs;

/// <summary>Finds points in what a program writes anyway. Lines without one are passed over: a log holds more than points.</summary>
/// <param name="source">Where and how.</param>
/// <param name="metric">Name that the points get.</param>
/// <param name="time">The clock.</param>
internal sealed partial class ProgramLog(PointSource source, string metric, TimeProvider time)
{
    private const string AnyEventFile = "**/*tfevents*";

    private readonly Regex? pattern = source.Pattern is { } text
        ? new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
    private readonly LogFiles? files = source.File is { } file ? new LogFiles(file, time)
        : source.Format == PointFormat.TensorBoard ? new LogFiles(AnyEventFile, time) : null;
    private readonly string name = source.Value ?? metric;

    /// <summary>True where points stand in the program's output.</summary>
    public bool IsOutput => files is null;

    /// <summary>The point of a line of output; null where it has none.</summary>
    public ProgramMessage.Progress? Read(string line) => Read(line, new LogFile());

    /// <summary>Points that have come to files in the working folder.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="isLast">True when the program has ended, so that a line needs no end any more.</param>
    /// <exception cref="ProtocolBrokenException">A file is none, or of another format.</exception>
    public List<ProgramMessage.Progress> NewPoints(string folder, bool isLast)
    {
        var points = new List<ProgramMessage.Progress>();
        files?.Follow(folder, isLast, (file, bytes) =>
        {
            if (source.Format == PointFormat.TensorBoard)
                return EventFile.Read(bytes.Span, name, (step, value) => Add(Point(step, value)));
            var end = isLast ? bytes.Length : bytes.Span.LastIndexOf((byte)'\n') + 1;
            foreach (var line in Encoding.UTF8.GetString(bytes.Span[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Add(Read(line, file));
            return end;
        });
        return points;

        void Add(ProgramMessage.Progress? point)
        {
            if (point is not null) points.Add(point);
        }
    }

    private ProgramMessage.Progress? Read(string line, LogFile file) => source.Format switch
    {
        PointFormat.Pattern => pattern!.Match(line) is { Success: true } match
            ? Point(match.Groups["step"].Value, match.Groups["value"].Value) : null,
        PointFormat.JsonLines => OfJson(line),
        _ => OfCsv(line, file),
    };

    private ProgramMessage.Progress? OfJson(string line)
    {
        try
        {
            // Python writes what JSON does not have.
            using var document = JsonDocument.Parse(NotFinite().Replace(line, "\"$0\""));
            var entry = document.RootElement;
            return entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(source.Step, out var step)
                && entry.TryGetProperty(name, out var value) ? Point(step.ToString(), value.ToString()) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private ProgramMessage.Progress? OfCsv(string line, LogFile file)
    {
        var fields = Array.ConvertAll(line.TrimEnd('\r').Split(','), f => f.Trim().Trim('"'));
        if (file.Columns is not { } columns || fields.Contains(source.Step))
        {
            file.Columns = fields;
            return null;
        }
        var (step, value) = (Array.IndexOf(columns, source.Step), Array.IndexOf(columns, name));
        return step >= 0 && value >= 0 && step < fields.Length && value < fields.Length ? Point(fields[step], fields[value]) : null;
    }

    private ProgramMessage.Progress? Point(string step, string value) =>
        Number(step) is { } at && double.IsInteger(at) && Number(value) is { } number ? Point(at, number) : null;

    private ProgramMessage.Progress? Point(double step, double value) => step is >= 0 and < 1e15
        ? new ProgramMessage.Progress((long)step, new Dictionary<string, double> { [metric] = value }, 0) : null;

    private static double? Number(string text) => text.ToLowerInvariant() switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    [GeneratedRegex("""(?<=[:,\[{]\s*)(NaN|-?Infinity)(?=\s*[,}\]])""", RegexOptions.CultureInvariant)]
    private static partial Regex NotFinite();
}
