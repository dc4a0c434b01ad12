using Microsoft.Data.Sqlite;

namespace AutoSelect.Host.Tests;

/// <summary>Writes SQLite files with the tables of Optuna's RDB storage, as its models document them.</summary>
internal static class OptunaFile
{
    private const string Schema = """
        CREATE TABLE studies (study_id INTEGER NOT NULL PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
        CREATE TABLE study_directions (
            study_direction_id INTEGER NOT NULL PRIMARY KEY, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
            objective INTEGER NOT NULL, UNIQUE (study_id, objective));
        CREATE TABLE trials (
            trial_id INTEGER NOT NULL PRIMARY KEY, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL, datetime_start DATETIME,
            datetime_complete DATETIME);
        CREATE TABLE trial_params (
            param_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT, distribution_json TEXT,
            UNIQUE (trial_id, param_name));
        CREATE TABLE trial_values (
            trial_value_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
            value_type VARCHAR(7) NOT NULL);
        CREATE TABLE trial_intermediate_values (
            trial_intermediate_value_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER NOT NULL, step INTEGER NOT NULL,
            intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, step));
        """;

    /// <summary>Two studies: "tune" with trials 0 (complete), 1 (pruned) and 2 (running), and "other" with one trial.</summary>
    public const string TwoStudies = """
        INSERT INTO studies VALUES (1, 'tune'), (2, 'other');
        INSERT INTO study_directions VALUES (1, 'MINIMIZE', 1, 0), (2, 'MAXIMIZE', 2, 0);
        INSERT INTO trials VALUES (1, 0, 1, 'COMPLETE', '2026-01-01 10:00:00.000000', '2026-01-01 10:00:40.000000'),
            (2, 1, 1, 'PRUNED', '2026-01-01 10:00:00.500000', '2026-01-01 10:00:10.500000'),
            (3, 0, 2, 'COMPLETE', '2026-01-01 10:00:00.000000', '2026-01-01 10:00:10.000000'),
            (4, 2, 1, 'RUNNING', '2026-01-01 10:00:00.000000', NULL);
        INSERT INTO trial_params VALUES (1, 1, 'optimizer', 1.0,
                '{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}'),
            (2, 2, 'optimizer', 0.0, '{"name": "CategoricalDistribution", "attributes": {"choices": ["sgd", "adam"]}}'),
            (3, 1, 'lr', 0.001, '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}'),
            (4, 3, 'optimizer', 0.0, '{"name": "CategoricalDistribution", "attributes": {"choices": [null, "adam"]}}');
        INSERT INTO trial_values VALUES (1, 1, 0, 0.125, 'FINITE');
        INSERT INTO trial_intermediate_values VALUES (1, 1, 4, 0.125, 'FINITE'), (2, 1, 1, 0.5, 'FINITE'), (3, 1, 2, NULL, 'INF_POS'),
            (4, 1, 3, NULL, 'NAN'),
            (5, 2, 1, 0.75, 'FINITE'), (6, 3, 0, 0.5, 'FINITE'), (7, 4, 1, 0.5, 'FINITE');
        """;

    public static string Create(string folder, string rows, string? schema = null)
    {
        var path = Path.Combine(folder, "optuna.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = (schema ?? Schema) + rows;
        command.ExecuteNonQuery();
        return path;
    }
}
