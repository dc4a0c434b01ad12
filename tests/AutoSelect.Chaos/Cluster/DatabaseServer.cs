using Npgsql;

namespace AutoSelect.Chaos.Cluster;

/// <summary>
/// The cluster's PostgreSQL, a real one by eng/postgres, which waits for its disk and can be killed, stopped and slowed down.
/// </summary>
/// <param name="paths">Of the run.</param>
/// <param name="more">Environment that it is started with.</param>
internal sealed class DatabaseServer(ChaosPaths paths, IReadOnlyDictionary<string, string> more)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private string Pid => Path.Combine(paths.Database, "data", "postmaster.pid");

    /// <summary>Its connection string.</summary>
    public string Connection { get; private set; } = "";

    /// <summary>Starts it where it does not run.</summary>
    public async Task Start()
    {
        if (Postmaster() is not null) return;
        // One that was killed stays in the table of processes until somebody asks for its exit code, and would be taken for running.
        foreach (var file in (string[])[Pid, Path.Combine(paths.Database, ".s.PGSQL.5432.lock")])
            if (File.Exists(file)) File.Delete(file);
        var environment = new Dictionary<string, string>(more) { ["AUTOSELECT_POSTGRES_OWNER"] = $"{Environment.ProcessId}" };
        Connection = (await Command.Run(ChaosPaths.Tool("postgres"), ["start", paths.Database], environment)).Trim();
    }

    public async Task Stop()
    {
        Resume();
        if (Postmaster() is not null) await Command.Try(ChaosPaths.Tool("postgres"), ["stop", paths.Database, "fast"]);
    }

    /// <summary>Ends all of its processes by SIGKILL, and waits until they are gone.</summary>
    public async Task Kill()
    {
        var all = Processes();
        // The children of a postmaster that is gone may run on for a while.
        foreach (var id in all) Signals.Send(id, Signals.Kill);
        var began = Histories.HistoryFile.Now;
        while (all.Any(id => Signals.StartOf(id) is not null) && Histories.HistoryFile.Now - began < Patience.TotalSeconds)
            await Task.Delay(20);
    }

    /// <summary>Ends one of the processes that serve a connection, which has the server recover from its log.</summary>
    public void KillOne(int number)
    {
        var all = Processes();
        if (all.Count > 1) Signals.Send(all[1 + (number % (all.Count - 1))], Signals.Kill);
    }

    /// <summary>Stops all of its processes where they are.</summary>
    public void Suspend() => All(Signals.Stop);

    public void Resume() => All(Signals.Continue);

    /// <summary>Runs a query of one row and column.</summary>
    public async Task<object?> Scalar(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ids of its processes; empty while it is down.</summary>
    public IReadOnlyList<int> Processes() => Postmaster() is { } server ? [server, .. Signals.Descendants(server)] : [];

    private void All(int signal)
    {
        foreach (var id in Processes()) Signals.Send(id, signal);
    }

    private int? Postmaster()
    {
        if (!File.Exists(Pid) || !int.TryParse(File.ReadLines(Pid).FirstOrDefault(), out var id)) return null;
        return Signals.StartOf(id) is null ? null : id;
    }
}
