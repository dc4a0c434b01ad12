using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Cluster;

/// <summary>The API keys of a run. They are made before its silos listen beyond loopback.</summary>
internal sealed record Keys
{
    /// <summary>Of role submitter, each with a project of its own, by name.</summary>
    public required ImmutableSortedDictionary<string, string> Submitters { get; init; }

    /// <summary>Of role device, for simulated devices.</summary>
    public required string Simulated { get; init; }

    /// <summary>Of role device, for real ones.</summary>
    public required string Real { get; init; }

    /// <summary>Of role viewer, for all projects.</summary>
    public required string Auditor { get; init; }

    /// <summary>Name of the simulated devices' key, with which their ids begin.</summary>
    public const string SimulatedName = "simulated";

    /// <summary>Name of the real devices' key, with which their ids begin.</summary>
    public const string RealName = "real";

    /// <summary>Those of an earlier part of the run, or new ones, made by a silo that is started for that alone.</summary>
    public static async Task<Keys> Get(ChaosPaths paths, string database, IEnumerable<string> submitters)
    {
        if (File.Exists(paths.Keys)) return JsonSerializer.Deserialize<Keys>(await File.ReadAllTextAsync(paths.Keys), RecordJson.Options)!;
        var store = Path.Combine(paths.Results, "keys");
        var start = new ProcessStartInfo("dotnet", [paths.Program, "serve", "--json", "--store", store, "--shared", paths.Shared])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AUTOSELECT_DATABASE"] = database;
        using var silo = Process.Start(start)!;
        var error = silo.StandardError.ReadToEndAsync();
        try
        {
            var line = await silo.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"No silo came up. {await error}");
            var keys = await Make(new Uri(JsonDocument.Parse(line).RootElement.GetProperty("api").GetString()!), Token(store), submitters);
            await File.WriteAllTextAsync(paths.Keys, JsonSerializer.Serialize(keys, RecordJson.Options));
            return keys;
        }
        finally
        {
            Signals.Send(silo.Id, Signals.Terminate);
            await silo.WaitForExitAsync();
        }
    }

    private static async Task<Keys> Make(Uri api, string token, IEnumerable<string> submitters)
    {
        using var http = new Servers([api], certificate: null).Http(token);
        async Task<string> Create(string name, KeyRole role, string? project)
        {
            var asked = JsonContent.Create(new NewKey { Name = name, Role = role, Project = project }, options: RecordJson.Options);
            using var answer = await http.PostAsync(new Uri(api, "v1/keys"), asked);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            return (await answer.Content.ReadFromJsonAsync<CreatedKey>(RecordJson.Options))!.Key;
        }
        var made = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var name in submitters) made[name] = await Create(name, KeyRole.Submitter, name);
        return new Keys
        {
            Submitters = made.ToImmutable(),
            Simulated = await Create(SimulatedName, KeyRole.Device, null),
            Real = await Create(RealName, KeyRole.Device, null),
            Auditor = await Create("auditor", KeyRole.Viewer, null),
        };
    }

    private static string Token(string store) => JsonDocument.Parse(File.ReadAllText(Path.Combine(store, "api.json")))
        .RootElement.GetProperty("token").GetString()!;
}
