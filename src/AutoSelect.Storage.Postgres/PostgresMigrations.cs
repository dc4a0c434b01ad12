using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Brings the schema of a database to the layout of this build, or refuses it and leaves it as it is. One process does so at a time, in one
/// transaction: whatever ends it leaves the layout of before. A script takes as long as it takes: one that is given up is begun again by
/// the next process, and takes as long.
/// A script says on its first line which builds can go on with the layout that it makes: "-- least: N" stands for those that know layout N
/// or a later one. One that adds what older builds do not look at names one of theirs; one without the line is for builds that know it.
/// So builds of two layouts run side by side where that does no harm; where it would, neither begins.
/// </summary>
internal static partial class PostgresMigrations
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
        await using (var looking = await connection.BeginTransactionAsync(ct))
        {
            // Whoever changes the layout now is waited for; whoever does so later sees this connection.
            await connection.Execute("select pg_advisory_xact_lock_shared($1)", Lock);
            if (await VersionIn(connection, last) is var found && found >= last) return found;
        }
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Ends with the transaction, however that ends.
        await connection.Execute("select pg_advisory_xact_lock($1)", Lock);
        // Again: another process may have done it.
        var version = await VersionIn(connection, last);
        if (version >= last) return version;
        if (version == 0) await Begin(connection);
        // Of databases that were made before layouts said who can go on with them.
        await connection.Execute("alter table layouts add column if not exists least integer");
        var missing = scripts.Where(s => s.Version > version).ToList();
        if (version > 0) await CheckConnected(connection, version, last, missing.Max(s => Least(s.Version, s.Sql)));
        foreach (var (number, sql) in missing)
        {
            await connection.ExecuteLong(sql);
            await connection.Execute("insert into layouts (version, least) values ($1, $2)", number, Least(number, sql));
        }
        await transaction.CommitAsync(ct);
        return last;
    }

    /// <summary>The earliest layout whose builds can go on with one.</summary>
    internal static int Least(int version, string sql) =>
        LeastLine().Match(sql) is { Success: true } line ? int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : version;

    /// <summary>Programs tell their layout by the name of their connections; those of before that have no number.</summary>
    private static async Task CheckConnected(NpgsqlConnection connection, int version, int next, int least)
    {
        var connected = await connection.Rows(
            """
            select coalesce(substring(application_name from '\(layout (\d+)\)$')::integer, $1) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
                and (application_name like 'autoselect%' or application_name ~ '\(layout \d+\)$')
            """,
            row => row.GetInt32(0), version);
        if (connected.Where(known => known < least).ToList() is not { Count: > 0 } older) return;
        throw Refused(string.Create(CultureInfo.InvariantCulture,
            $"it has layout {version}, and programs that know layouts up to {older.Min()} have {older.Count} connections to it; this "
            + $"AutoSelect would bring it to layout {next}, which only programs that know layout {least} can go on with: end the "
            + $"older ones first"));
    }

    private static async Task Begin(NpgsqlConnection connection)
    {
        // Where an administrator has made it the user needs no right to.
        var isThere = await connection.Scalar<bool>("select to_regnamespace('autoselect') is not null");
        if (!isThere) await connection.Execute("create schema autoselect");
        await connection.Execute(
            "create table layouts (version integer primary key, since timestamptz not null default now(), least integer)");
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
            // As JSON: the column is not there in a database that was made before it.
            var least = await connection.Scalar<int>(
                "select max(coalesce((to_jsonb(l) ->> 'least')::integer, l.version)) from layouts l where l.version > $1", known);
            if (least > known)
            {
                throw Refused(string.Create(CultureInfo.InvariantCulture,
                    $"it has layout {version}, written by a newer AutoSelect, which programs that know layout {least} can go on with; this "
                    + $"one knows layouts up to {known}"));
            }
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

    [GeneratedRegex(@"\A-- least: (\d+)\r?\n")]
    private static partial Regex LeastLine();

    private static InvalidDataException Refused(string why) => new($"{why}; it was left as it is");
}
