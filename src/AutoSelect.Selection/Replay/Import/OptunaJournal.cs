using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>The log of Optuna's JournalStorage: one operation a line, played from the first on.</summary>
public sealed class OptunaJournal
{
    private readonly Dictionary<long, (string Name, Direction?[] Directions, List<OptunaTrial> Trials)> studies = [];
    private readonly List<OptunaTrial> trials = [];
    private long nextStudy;

    private OptunaJournal()
    {
    }

    /// <exception cref="InvalidDataException">A line is no operation; the message names file, line, value and rule.</exception>
    public static OptunaStorage Read(string path)
    {
        var journal = new OptunaJournal();
        var number = 0;
        InvalidDataException? broken = null;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            // A last line may be half written; one before another line may not.
            if (broken is not null) throw broken;
            try
            {
                journal.Apply(PythonJson.Parse(line));
            }
            catch (JsonException fault)
            {
                broken = new InvalidDataException(
                    $"{path}({number}): no JSON: {fault.Message} A line of a journal is one operation.", fault);
            }
            catch (Exception fault)
                when (fault is InvalidOperationException or KeyNotFoundException or FormatException or InvalidDataException)
            {
                throw new InvalidDataException(
                    $"{path}({number}): {fault.Message} A line of a journal is an operation of Optuna's JournalStorage: {Shown(line)}",
                    fault);
            }
        }
        if (broken is not null && journal.nextStudy == 0) throw broken;
        return new OptunaStorage([.. journal.studies.Values.Select(s => new OptunaStudy(s.Name, s.Directions, s.Trials))])
        {
            Notices = broken is null ? []
                : [new ImportNotice($"{path}({number})", "the last line is not whole and was left out: the journal is being written.")],
        };
    }

    private void Apply(JsonElement entry)
    {
        switch (entry.GetProperty("op_code").GetInt32())
        {
            case 0: CreateStudy(entry); break;
            case 1: studies.Remove(entry.GetProperty("study_id").GetInt64()); break;
            case 4: CreateTrial(entry); break;
            case 5: SetParameter(entry); break;
            case 6: SetState(entry); break;
            case 7: SetValue(entry); break;
            case 2 or 3 or 8 or 9: break; // attributes
            case var code: throw new InvalidDataException($"op_code {code} is unknown: 0 to 9 are.");
        }
    }

    private void CreateStudy(JsonElement entry)
    {
        var name = entry.GetProperty("study_name").GetString()!;
        // Of two workers that create the same study, the second joins the first.
        if (studies.Values.Any(s => s.Name == name)) return;
        studies.Add(nextStudy++, (name, [.. entry.GetProperty("directions").EnumerateArray().Select(d => d.GetInt32() switch
        {
            1 => Direction.Minimize,
            2 => Direction.Maximize,
            _ => (Direction?)null,
        })], []));
    }

    private void CreateTrial(JsonElement entry)
    {
        if (!studies.TryGetValue(entry.GetProperty("study_id").GetInt64(), out var study)) return;
        var trial = new OptunaTrial(study.Trials.Count)
        {
            State = entry.TryGetProperty("state", out var state) ? State(state) : OptunaState.Running,
            Start = Time(entry, "datetime_start"),
            Complete = Time(entry, "datetime_complete"),
        };
        if (entry.TryGetProperty("params", out var parameters))
        {
            foreach (var p in parameters.EnumerateObject())
                trial.Parameters[p.Name] = new OptunaParameter(
                    PythonJson.Number(p.Value), entry.GetProperty("distributions").GetProperty(p.Name).GetString()!);
        }
        if (entry.TryGetProperty("intermediate_values", out var values))
        {
            foreach (var v in values.EnumerateObject()) trial.Values[long.Parse(v.Name)] = PythonJson.Number(v.Value);
        }
        study.Trials.Add(trial);
        trials.Add(trial);
    }

    private void SetParameter(JsonElement entry)
    {
        if (Open(entry) is { } trial)
            trial.Parameters[entry.GetProperty("param_name").GetString()!] = new OptunaParameter(
                PythonJson.Number(entry.GetProperty("param_value_internal")), entry.GetProperty("distribution").GetString()!);
    }

    private void SetState(JsonElement entry)
    {
        var state = State(entry.GetProperty("state"));
        // Of two workers that take the same trial, the second is refused.
        if (Open(entry) is not { } trial || (state == OptunaState.Running && trial.State == state)) return;
        trial.State = state;
        trial.Start = Time(entry, "datetime_start") ?? trial.Start;
        trial.Complete = Time(entry, "datetime_complete") ?? trial.Complete;
    }

    private void SetValue(JsonElement entry)
    {
        if (Open(entry) is { } trial)
            trial.Values[entry.GetProperty("step").GetInt64()] = PythonJson.Number(entry.GetProperty("intermediate_value"));
    }

    /// <summary>
    /// The trial an operation is about; null when there is none or it has ended, in which case the operation has no effect.
    /// </summary>
    private OptunaTrial? Open(JsonElement entry) =>
        entry.GetProperty("trial_id").GetInt64() is >= 0 and var id && id < trials.Count && !trials[(int)id].IsFinished ? trials[(int)id]
            : null;

    private static OptunaState State(JsonElement state) =>
        Enum.IsDefined((OptunaState)state.GetInt32()) ? (OptunaState)state.GetInt32()
            : throw new InvalidDataException($"state {state} is unknown: 0 to 4 are.");

    private static DateTime? Time(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var time) && time.ValueKind != JsonValueKind.Null ? DateTime.Parse(time.GetString()!) : null;

    private static string Shown(string line) => line.Length <= 120 ? line : line[..120] + "…";
}
