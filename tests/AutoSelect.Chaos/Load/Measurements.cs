using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>One figure or several that were measured together.</summary>
/// <param name="Part">Of the run, which is not measured again when it goes on.</param>
/// <param name="Text">What came of it, for people.</param>
/// <param name="At">When.</param>
/// <param name="MachineLoad">Load average of the machine over the last minute.</param>
/// <param name="Figures">By name, with units in the names.</param>
internal sealed record Measurement(
    string Part, string Text, DateTimeOffset At, double MachineLoad, ImmutableSortedDictionary<string, double> Figures);

/// <summary>What a run has measured, a line of JSON each, so that one that was interrupted goes on where it was.</summary>
internal sealed class Measurements
{
    private readonly string file;
    private readonly List<Measurement> all;

    /// <param name="file">Of the lines; a line that a kill tore is left out.</param>
    public Measurements(string file)
    {
        this.file = file;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        all = [.. (File.Exists(file) ? File.ReadLines(file) : []).Select(Read).OfType<Measurement>()];
        if (File.Exists(file) && all.Count > 0) File.AppendAllText(file, "\n");
        foreach (var known in all) Console.WriteLine(known.Text);
    }

    public IReadOnlyList<Measurement> All => all;

    public bool Has(string part) => all.Exists(m => m.Part == part);

    public void Add(string part, string text, params (string Name, double Value)[] figures)
    {
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        // JSON has no numbers for what was not measured.
        var known = figures.Where(f => double.IsFinite(f.Value)).ToImmutableSortedDictionary(f => f.Name, f => f.Value);
        var made = new Measurement(part, $"{text} (load average {load:0.0})", DateTimeOffset.UtcNow, load, known);
        all.Add(made);
        File.AppendAllText(file, JsonSerializer.Serialize(made, RecordJson.Options) + "\n");
        Console.WriteLine(made.Text);
    }

    private static Measurement? Read(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<Measurement>(line, RecordJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
