using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>A real Prometheus of the test's own, which scrapes one address twice a second and runs the rules of deploy/.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly HttpClient http;
    private readonly Task<string> log;

    private PrometheusServer(Process started, int port) => (process, log, http) = (
        started, started.StandardError.ReadToEndAsync(), new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts one; the test is skipped where Prometheus is not installed.</summary>
    /// <param name="folder">For its files.</param>
    /// <param name="target">Whose metrics are scraped.</param>
    /// <param name="key">An API key that lets it in.</param>
    public static async Task<PrometheusServer> Start(string folder, Uri target, string key)
    {
        Directory.CreateDirectory(folder);
        var (keyFile, settings, port) = (Path.Combine(folder, "key"), Path.Combine(folder, "prometheus.yaml"), LoopbackPorts.Free(1)[0]);
        await File.WriteAllTextAsync(keyFile, key, Ct);
        await File.WriteAllTextAsync(settings,
            $"""
            global: {"{scrape_interval: 500ms, evaluation_interval: 500ms}"}
            rule_files: [{Path.Combine(SourceTree.Root, "deploy", "prometheus", "rules.yaml")}]
            scrape_configs:
              - job_name: autoselect
                metrics_path: /v1/metrics
                authorization: {"{credentials_file: " + keyFile + "}"}
                static_configs: [{"{targets: ['" + target.Authority + "']}"}]
            """, Ct);
        string[] arguments =
        [
            $"--config.file={settings}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ];
        Process started;
        try
        {
            started = Process.Start(new ProcessStartInfo("prometheus", arguments)
            {
                RedirectStandardError = true,
                WorkingDirectory = folder,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Prometheus is not installed here: install it (Debian: apt-get install prometheus)");
            throw;
        }
        var server = new PrometheusServer(started, port);
        await server.Until(async () => (await server.http.GetAsync("/-/ready", Ct)).IsSuccessStatusCode, "is ready");
        return server;
    }

    /// <summary>The values of a query now, with their labels; NaN and infinities among them.</summary>
    public async Task<IReadOnlyList<(string Labels, double Value)>> Query(string expression)
    {
        var data = await Ask($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() == "scalar" ? [("", Number(result))]
            : [.. result.EnumerateArray().Select(r => (r.GetProperty("metric").GetRawText(), Number(r.GetProperty("value"))))];
    }

    /// <summary>All rules, as they were last evaluated.</summary>
    public async Task<IReadOnlyList<JsonElement>> Rules() =>
        [.. (await Ask("/api/v1/rules")).GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())];

    /// <summary>Asks until something is so; a Prometheus that does not answer yet is asked again.</summary>
    public Task Until(Func<Task<bool>> condition, string what) => Until(condition, () => what);

    /// <summary>
    /// Asks until each of several things was so once: after a scrape that came too late nothing is there to be seen until the next one.
    /// </summary>
    public Task UntilEach<T>(IReadOnlyList<T> things, Func<T, Task<bool>> condition)
    {
        var left = things.ToList();
        return Until(async () =>
        {
            foreach (var thing in left.ToList())
                if (await condition(thing)) left.Remove(thing);
            return left.Count == 0;
        }, () => $"was so of{string.Concat(left.Select(t => $"\n{t}"))}\n");
    }

    private async Task Until(Func<Task<bool>> condition, Func<string> what)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        bound.CancelAfter(Patience);
        while (true)
        {
            try
            {
                if (await condition()) return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // It has not begun to listen.
            }
            Assert.False(process.HasExited, process.HasExited ? await log : "");
            Assert.False(bound.IsCancellationRequested, $"Nothing {what()} within {Patience.TotalSeconds:0} s.");
            await Task.Delay(100, Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private async Task<JsonElement> Ask(string path)
    {
        using var answer = await http.GetAsync(path, Ct);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
        var said = document.RootElement.Clone();
        Assert.True(said.GetProperty("status").GetString() == "success", $"{path}: {said}");
        return said.GetProperty("data");
    }

    private static double Number(JsonElement sample) => sample[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    };
}
