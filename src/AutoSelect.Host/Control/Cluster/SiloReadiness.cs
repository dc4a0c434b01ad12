using System.Collections.Immutable;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Whether a silo can do what it is asked for: it is a member of the cluster, its database takes writes, and so do the folders of the
/// cluster and its own (where nothing is done that its audit log cannot tell of).
/// </summary>
/// <param name="membership">Tells the silo's status.</param>
/// <param name="checks">What must be had, by name; each returns why it cannot be, or null.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what nobody is told without a key.</param>
internal sealed partial class SiloReadiness(
    Func<SiloStatus> membership, ImmutableArray<(string Name, Func<Task<string?>> Check)> checks, TimeProvider time, ILogger logger)
{
    /// <summary>How long an answer may take; jobs and callers wait longer, but something is wrong then.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2);

    private readonly Task<string?>?[] running = new Task<string?>?[checks.Length];
    private string told = "";

    public static SiloReadiness Of(IHost silo, PostgresStore store, ControlPaths paths, TimeProvider time)
    {
        var oracle = silo.Services.GetRequiredService<ISiloStatusOracle>();
        var logger = silo.Services.GetRequiredService<ILogger<SiloReadiness>>();
        (string, Func<Task<string?>>) Folder(string name, string path) =>
            (name, () => Task.FromResult(WritableFolder.WhyNot(path, logger)));
        return new SiloReadiness(
            () => oracle.CurrentStatus,
            [
                ("the database", store.WhyNotWritable), Folder("the shared folder", paths.Shared),
                .. paths.Shared == paths.Root ? [] : new[] { Folder("the silo's own folder", paths.Root) },
            ],
            time, logger);
    }

    /// <summary>Why no requests should come here; empty where they may. One call at a time.</summary>
    public async Task<ImmutableArray<string>> Reasons()
    {
        var found = new List<string>();
        if (membership() is var status and not SiloStatus.Active) found.Add($"the silo is {status}, and must be {SiloStatus.Active}");
        foreach (var reason in await Task.WhenAll(checks.Select((_, i) => WhyNot(i))))
            if (reason is not null) found.Add(reason);
        var all = string.Join("; ", found);
        if (all != told && found.Count > 0) LogUnready(all);
        else if (all != told) LogReady();
        told = all;
        return [.. found];
    }

    private async Task<string?> WhyNot(int number)
    {
        var (name, check) = checks[number];
        // One that does not come back is not begun again: it holds a connection, or a thread in the system.
        if (running[number] is not { IsCompleted: false } task) running[number] = task = Task.Run(check);
        try
        {
            return await task.WaitAsync(LongestAnswer, time) is { } why ? $"{name} cannot be written: {why}" : null;
        }
        catch (TimeoutException)
        {
            return $"{name} does not answer within {LongestAnswer.TotalSeconds:0} s";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {Reasons}")]
    private partial void LogUnready(string reasons);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready")]
    private partial void LogReady();
}
