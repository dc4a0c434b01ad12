using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace AutoSelect.Providers.Tests.Kubernetes;

/// <summary>
/// An HTTP stand-in for the four calls of a Kubernetes API server that the provider makes. It checks a job's form with the official
/// client's strict loader, and keeps jobs and pods as they are put; no controller runs behind it: a test writes what controllers would.
/// </summary>
internal sealed class KubernetesHttpStandIn : IDisposable
{
    private const string Jobs = "/apis/batch/v1/namespaces/devices/jobs";
    private const string Pods = "/api/v1/namespaces/devices/pods";

    private readonly HttpListener listener;
    private readonly Task serving;

    public KubernetesHttpStandIn()
    {
        (listener, var port) = Listen();
        Client = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{port}" });
        serving = Serve();
    }

    public IKubernetes Client { get; }

    public ConcurrentDictionary<string, V1Job> JobsByName { get; } = new(StringComparer.Ordinal);

    public List<V1Pod> PodList { get; } = [];

    /// <summary>What every call is answered with instead; null for none.</summary>
    public (int Status, string Body)? Fault { get; set; }

    public List<string> Calls { get; } = [];

    public void Dispose()
    {
        Client.Dispose();
        listener.Close();
        serving.WaitAsync(TimeSpan.FromMinutes(2)).GetAwaiter().GetResult();
    }

    private static (HttpListener, int) Listen()
    {
        for (var tries = 0; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Somebody took it in between.
            }
        }
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var (status, body) = Fault ?? await Answer(context.Request);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await using (var writer = new StreamWriter(context.Response.OutputStream)) await writer.WriteAsync(body);
            context.Response.Close();
        }
    }

    private async Task<(int, string)> Answer(HttpListenerRequest request)
    {
        var path = request.Url!.AbsolutePath;
        Calls.Add($"{request.HttpMethod} {request.Url.PathAndQuery}");
        var selector = request.QueryString["labelSelector"]?.Split('=') ?? [];
        bool IsSelected(V1ObjectMeta meta) =>
            selector is [var key, var value] && meta.Labels?.TryGetValue(key, out var label) == true && label == value;

        switch (request.HttpMethod)
        {
            case "GET" when path == Jobs:
                return Json(new V1JobList { Items = [.. JobsByName.Values.Where(j => IsSelected(j.Metadata))] });
            case "GET" when path == Pods:
                return Json(new V1PodList { Items = [.. PodList.Where(p => IsSelected(p.Metadata))] });
            case "POST" when path == Jobs:
                using (var reader = new StreamReader(request.InputStream))
                {
                    // JSON is YAML: the strict loader refuses fields that the API does not have.
                    var job = KubernetesYaml.Deserialize<V1Job>(await reader.ReadToEndAsync(), strict: true);
                    job.Metadata.CreationTimestamp = Samples.Start.UtcDateTime;
                    return JobsByName.TryAdd(job.Metadata.Name, job)
                        ? (201, KubernetesJson.Serialize(job)) : Status(409, "it exists already");
                }
            case "DELETE" when path.StartsWith(Jobs + "/", StringComparison.Ordinal):
                var name = path[(Jobs.Length + 1)..];
                if (!JobsByName.TryGetValue(name, out var found)) return Status(404, $"jobs.batch \"{name}\" not found");
                found.Metadata.DeletionTimestamp = Samples.Start.UtcDateTime;
                return Status(200, "");
            default:
                return Status(404, $"the stand-in does not know {path}");
        }
    }

    private static (int, string) Json<T>(T value) => (200, KubernetesJson.Serialize(value));

    /// <summary>The client reads a Status and does not write one.</summary>
    public static (int, string) Status(int code, string message) => (code, new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Status",
        ["status"] = code < 400 ? "Success" : "Failure",
        ["message"] = message,
        ["code"] = code,
    }.ToJsonString());
}
