using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary><c>autoselect serve</c> as a process, which can be killed.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "AutoSelect.Host", new DirectoryInfo(AppContext.BaseDirectory).Name, "autoselect.dll"));

    private readonly Process process;
    private readonly Task<string> error;

    private SiloProcess(Process started, string store) =>
        (process, error, Store) = (started, started.StandardError.ReadToEndAsync(), store);

    /// <summary>Folder of its own.</summary>
    public string Store { get; }

    public IPEndPoint Silo { get; private set; } = null!;

    /// <summary>Address of its HTTP API.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts one and waits until it serves.</summary>
    public static async Task<SiloProcess> Start(string database, string store, string shared, params string[] more)
    {
        var silo = Launch(database, store, shared, more);
        try
        {
            if (await silo.process.StandardOutput.ReadLineAsync() is not { } line) throw new InvalidOperationException(await silo.error);
            var place = JsonDocument.Parse(line).RootElement;
            silo.Silo = IPEndPoint.Parse(place.GetProperty("silo").GetString()!);
            silo.Address = new Uri(place.GetProperty("api").GetString()!);
            return silo;
        }
        catch
        {
            silo.Dispose();
            throw;
        }
    }

    /// <summary>Starts one that may never serve.</summary>
    public static SiloProcess Launch(string database, string store, string shared, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "serve", "--json", "--store", store, "--shared", shared, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AUTOSELECT_DATABASE"] = database;
        return new SiloProcess(Process.Start(start)!, store);
    }

    /// <summary>Its HTTP API.</summary>
    public async Task<ApiClient> Api() =>
        await RunningProcess.Connect(Store) ?? throw new InvalidOperationException($"{Store} has no API.");

    /// <summary>Whether it has attended to a job.</summary>
    public bool Attends(JobId job)
    {
        var log = new FileStream(
            Path.Combine(new ControlPaths(Store).Logs, "control.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var lines = new StreamReader(log);
        return lines.ReadToEnd().Contains($"Job {job} is attended to", StringComparison.Ordinal);
    }

    /// <summary>Ends it by SIGKILL.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ends it by SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        // Until it has, its files are in use.
        process.WaitForExit();
        process.Dispose();
    }
}
