using System.Text.Json;

namespace AutoSelect.Training.Programs;

/// <summary>What a program says in one line.</summary>
internal abstract record ProgramMessage
{
    /// <summary>It is up and has begun.</summary>
    public sealed record Hello(int Version) : ProgramMessage;

    /// <summary>Steps are done, and metrics were measured after them unless there are none.</summary>
    /// <param name="Step">Steps of the run done.</param>
    /// <param name="Metrics">By name; may hold what is not finite.</param>
    /// <param name="EvaluationSeconds">Seconds spent on evaluating since the report before; 0 where it is not told.</param>
    public sealed record Progress(long Step, IReadOnlyDictionary<string, double> Metrics, double EvaluationSeconds) : ProgramMessage;

    /// <summary>A folder holds the state after so many steps.</summary>
    public sealed record Saved(long Step, string Folder, double Seconds) : ProgramMessage;

    /// <summary>The loop is over.</summary>
    public sealed record End(long Step) : ProgramMessage;

    /// <summary>It will not go beyond a step before it has heard more.</summary>
    public sealed record Halting(long Step) : ProgramMessage;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3 };

    /// <exception cref="ProtocolBrokenException">The line is none of these.</exception>
    public static ProgramMessage Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Broken(line, "it must be a JSON object");
            return Read(document.RootElement, line);
        }
        // The latter of a text that is no Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Broken(line, "it must be a JSON object on one line");
        }
    }

    private static ProgramMessage Read(JsonElement message, string line)
    {
        if (message.TryGetProperty("hello", out var hello))
            return hello.TryGetVersion(out var version) ? new Hello(version) : throw Broken(line, "hello must be the protocol's version");
        if (message.TryGetProperty("halt", out _)) return new Halting(StepIn(message, "halt", line));
        var step = StepIn(message, "step", line);
        if (message.TryGetProperty("saved", out var saved))
        {
            return saved.ValueKind == JsonValueKind.String && saved.GetString() is { Length: > 0 } folder
                ? new Saved(step, folder, SecondsOf(message, "seconds", line))
                : throw Broken(line, "saved must be the path of a folder");
        }
        if (message.TryGetProperty("end", out _)) return new End(step);
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var property in message.EnumerateObject())
        {
            if (property.Name is "step" or "evaluation_seconds") continue;
            metrics[property.Name] = Number(property.Value)
                ?? throw Broken(line, $"{property.Name} must be a number, or \"NaN\", \"Infinity\" or \"-Infinity\"");
        }
        return new Progress(step, metrics, SecondsOf(message, "evaluation_seconds", line));
    }

    private static long StepIn(JsonElement message, string name, string line) =>
        message.TryGetProperty(name, out var at) && at.ValueKind == JsonValueKind.Number && at.TryGetInt64(out var step) && step >= 0
            ? step : throw Broken(line, $"{name} must be an integer of at least 0");

    private static double SecondsOf(JsonElement message, string name, string line) =>
        !message.TryGetProperty(name, out var value) ? 0
        : Number(value) is >= 0 and < 1e9 and var seconds ? seconds
        : throw Broken(line, $"{name} must be a number of at least 0");

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };

    private static ProtocolBrokenException Broken(string line, string rule) =>
        new($"The program wrote {Shown(line)}: {rule}.");

    private static string Shown(string line) => $"'{ProgramOutput.Printable(line.Length <= 200 ? line : line[..200] + "…")}'";
}

/// <summary>Helps to read a message.</summary>
file static class JsonElements
{
    public static bool TryGetVersion(this JsonElement element, out int version)
    {
        version = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out version);
    }
}
