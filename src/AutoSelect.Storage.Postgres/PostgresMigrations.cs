using System.Globalization;
using System.Reflection;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Brings the schema of a database to the layout of this build, or refuses it and leaves it as it is. One process does so at a time, in one
/// transaction: whatever ends it leaves the layout of before.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>Key of the advisory lock: any number that others do not use.</summary>
    private const long Lock = 0x4175746F53656C;

    /// <summary>What makes each layout of the one before, by the number that its name begins with.</summary>
    public static IReadOnlyList<(int Version, string Sql)> Scripts { get; } = ReadScripts();

    /// <summary>The layout of this build.</summary>
    public static int Version => Scripts[^1].Version;

    /// <exception cref="InvalidDataException">A newer build's layout, a damaged one, or none of AutoSelect.</exception>
    public static async Task<int> Run(NpgsqlDataSource source, IReadOnlyList<(int Version, string Sql)> scripts, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var last = scripts[^1].Version;
        if (await VersionIn(connection, last) == last) return last;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Ends with the transaction, however that ends.
        await connection.Execute("select pg_advisory_xact_lock($1)", Lock);
        // Again: another process may have done it.
        var version = await VersionIn(connection, last);
        if (version == 0) await Begin(connection);
        foreach (var (number, sql) in scripts.Where(s => s.Version > version))
        {
            await connection.Execute(sql);
            await connection.Execute("insert into layouts (version) values ($1)", number);
        }
        await transaction.CommitAsync(ct);
        return last;
    }

    private static async Task Begin(NpgsqlConnection connection)
    {
        // Where an administrator has made it the user needs no right to.
        var isThere = await connection.Scalar<bool>("select to_regnamespace('autoselect') is not null");
        if (!isThere) await connection.Execute("create schema autoselect");
        await connection.Execute("create table layouts (version integer primary key, since timestamptz not null default now())");
    }

    /// <summary>0 where there are no tables.</summary>
    private static async Task<int> VersionIn(NpgsqlConnection connection, int known)
    {
        if (await connection.Scalar<string>("show server_encoding") is var encoding && encoding != "UTF8")
            throw Refused($"the database has the encoding {encoding}: it must be UTF8");
        var tables = await connection.Rows(
            "select tablename::text from pg_tables where schemaname = 'autoselect'", row => row.GetString(0));
        if (tables.Count == 0) return 0;
        if (!tables.Contains("layouts")) throw Refused("its schema \"autoselect\" has tables, but not those of AutoSelect");
        var version = await connection.Scalar<int>("select max(version) from layouts");
        if (version > known)
        {
            throw Refused(string.Create(CultureInfo.InvariantCulture,
                $"it has layout {version}, written by a newer AutoSelect; this one knows layouts up to {known}"));
        }
        return version > 0 ? version : throw Refused("its schema \"autoselect\" names no layout: it is damaged");
    }

    private static List<(int, string)> ReadScripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), text.ReadToEnd());
            })];
    }

    private static InvalidDataException Refused(string why) => new($"{why}; it was left as it is");
}
