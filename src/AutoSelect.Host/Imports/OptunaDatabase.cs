using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Import;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Host.Imports;

/// <summary>Optuna's RDB storage in a SQLite file, as Optuna has written it since 2.6; it is only read.</summary>
internal static class OptunaDatabase
{
    /// <summary>Whether a file is a SQLite database, by its first bytes.</summary>
    public static bool IsDatabase(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[16];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.AsSpan().SequenceEqual("SQLite format 3\0"u8);
    }

    /// <exception cref="InvalidDataException">The database is not Optuna's; the message names the file and the rule.</exception>
    public static OptunaStorage Read(string path)
    {
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            var trials = Trials(connection);
            var directions = Rows(connection, "SELECT study_id, direction FROM study_directions ORDER BY objective")
                .ToLookup(r => r[0], r => ParseDirection(r[1]));
            return new OptunaStorage([.. Rows(connection, "SELECT study_id, study_name FROM studies ORDER BY study_id")
                .Select(r => new OptunaStudy($"{r[1]}", [.. directions[r[0]]], [.. trials[r[0]].OrderBy(t => t.Number)]))]);
        }
        catch (SqliteException fault)
        {
            throw new InvalidDataException(
                $"{path}: {fault.Message}: an Optuna storage has the tables that Optuna writes since 2.6 (studies, study_directions, "
                + "trials, trial_params, trial_intermediate_values).", fault);
        }
    }

    private static ILookup<object, OptunaTrial> Trials(SqliteConnection connection)
    {
        var trials = Rows(connection, "SELECT trial_id, study_id, number, state, datetime_start, datetime_complete FROM trials")
            .Select(r => (Id: r[0], Study: r[1], Trial: Guard(new OptunaTrial(r[2] is long number ? (int)number : -1), t =>
            {
                if (t.Number < 0) throw new InvalidDataException($"number '{r[2]}' of trial_id {r[0]} must be an integer of at least 0.");
                t.State = Enum.TryParse<OptunaState>($"{r[3]}", ignoreCase: true, out var state) ? state
                    : throw new InvalidDataException($"state '{r[3]}' is none of Optuna's.");
                (t.Start, t.Complete) = (Time(r[4]), Time(r[5]));
            }))).ToList();
        var byId = trials.ToDictionary(t => t.Id, t => t.Trial);
        foreach (var r in Rows(connection, "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params"))
        {
            if (byId.TryGetValue(r[0], out var trial))
                Guard(trial, t => t.Parameters[$"{r[1]}"] = new OptunaParameter(Number(r[2], $"parameter '{r[1]}'"), $"{r[3]}"));
        }
        // Before Optuna 3.0 the type of a value had no column: NULL was NaN.
        var type = Rows(connection, "SELECT name FROM pragma_table_info('trial_intermediate_values')")
            .Any(r => $"{r[0]}" == "intermediate_value_type") ? "intermediate_value_type"
            : "'FINITE'";
        foreach (var r in Rows(connection, $"SELECT trial_id, step, intermediate_value, {type} FROM trial_intermediate_values"))
        {
            if (byId.TryGetValue(r[0], out var trial))
                Guard(trial, t => t.Values[
                    r[1] as long? ?? throw new InvalidDataException($"step '{r[1]}' must be an integer.")] = Value(r[2], $"{r[3]}", r[1]));
        }
        return trials.ToLookup(t => t.Study, t => t.Trial);
    }

    private static double Value(object value, string type, object step) => type switch
    {
        "FINITE" => Number(value, $"value at step {step}"),
        "INF_POS" => double.PositiveInfinity,
        "INF_NEG" => double.NegativeInfinity,
        "NAN" => double.NaN,
        _ => throw new InvalidDataException(
            $"intermediate_value_type '{type}' at step {step} is unknown: FINITE, INF_POS, INF_NEG and NAN are."),
    };

    // SQLite keeps whatever it is given, and reads text as the number 0 when asked for one.
    private static double Number(object value, string what) => value switch
    {
        double number => number,
        long number => number,
        DBNull => double.NaN,
        _ => throw new InvalidDataException($"{what} is '{value}': it must be a number."),
    };

    private static DateTime? Time(object value) =>
        value is DBNull ? null
            : DateTime.TryParse($"{value}", out var time) ? time
            : throw new InvalidDataException($"time '{value}' must be a date and time.");

    private static Direction? ParseDirection(object name) => $"{name}" switch
    {
        "MINIMIZE" => Direction.Minimize,
        "MAXIMIZE" => Direction.Maximize,
        _ => null,
    };

    private static OptunaTrial Guard(OptunaTrial trial, Action<OptunaTrial> read)
    {
        try
        {
            read(trial);
        }
        catch (InvalidDataException fault)
        {
            trial.Fault ??= fault.Message;
        }
        return trial;
    }

    private static List<object[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }
}
