namespace AutoSelect.Selection.Replay.Import;

/// <summary>The rows of an eval_measurements.csv that make a learning curve, by step.</summary>
internal sealed class AlgoPerfMeasurements
{
    /// <summary>Training seconds without evaluation and logging; older logs have them as the score alone.</summary>
    private static readonly string[] SecondsColumns = ["accumulated_submission_time", "score"];

    public List<long> Steps { get; } = [];
    public List<double> Seconds { get; } = [];

    /// <summary>Values of the metric; null where not finite.</summary>
    public List<double?> Values { get; } = [];

    /// <summary>Rows that a run replaced when it was resumed from an earlier step.</summary>
    public int Superseded { get; private set; }

    /// <param name="metric">Column of the values, such as validation/loss.</param>
    /// <exception cref="InvalidDataException">
    /// A column is missing or a cell is no number; the message names the line, the value and the rule.
    /// </exception>
    public static AlgoPerfMeasurements Read(string file, string metric)
    {
        var measurements = new AlgoPerfMeasurements();
        var number = 0;
        string? header = null;
        var (step, seconds, value) = (0, 0, 0);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            // A run that was started again over an old one writes its header again.
            if (string.IsNullOrWhiteSpace(line) || line == header) continue;
            var cells = line.Split(',');
            if (header is null)
            {
                header = line;
                (step, seconds, value) = (Column(cells, "global_step"), Column(cells, SecondsColumns), Column(cells, metric));
                continue;
            }
            if (cells.Length <= Math.Max(step, Math.Max(seconds, value)))
                throw new InvalidDataException($"line {number}: {cells.Length} cells: a row has as many as the header.");
            measurements.Add(Number(cells[step], number, "global_step"), Number(cells[seconds], number, "seconds"),
                Number(cells[value], number, metric), number);
        }
        return measurements.Steps.Count > 0 ? measurements
            : throw new InvalidDataException("no measurement: a curve needs at least one row.");
    }

    private void Add(double step, double seconds, double value, int line)
    {
        if (!(step >= 0) || step != Math.Floor(step) || step > 1e15)
            throw new InvalidDataException($"line {line}: global_step is '{step}': it must be an integer of at least 0.");
        if (!double.IsFinite(seconds) || seconds < 0)
            throw new InvalidDataException($"line {line}: seconds are '{seconds}': they must be finite and at least 0.");
        while (Steps.Count > 0 && Steps[^1] >= step)
        {
            Steps.RemoveAt(Steps.Count - 1);
            Seconds.RemoveAt(Seconds.Count - 1);
            Values.RemoveAt(Values.Count - 1);
            Superseded++;
        }
        if (Seconds.Count > 0 && seconds < Seconds[^1])
            throw new InvalidDataException($"line {line}: seconds fall from {Seconds[^1]} to {seconds}: they add up.");
        Steps.Add((long)step);
        Seconds.Add(seconds);
        Values.Add(double.IsFinite(value) ? value : null);
    }

    private static int Column(string[] header, params string[] names)
    {
        foreach (var name in names)
        {
            if (Array.FindIndex(header, cell => cell.Trim(' ', '"') == name) is >= 0 and var column) return column;
        }
        throw new InvalidDataException($"line 1: no column {string.Join(" or ", names)}: the header has {string.Join(", ", header)}.");
    }

    private static double Number(string cell, int line, string column)
    {
        var text = cell.Trim(' ', '"');
        if (text.Length == 0) return double.NaN;
        return text.ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.TryParse(text, out var number) ? number
                : throw new InvalidDataException($"line {line}: {column} is '{text}': it must be a number."),
        };
    }
}
