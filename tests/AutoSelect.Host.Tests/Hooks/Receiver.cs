using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Host.Tests.Hooks;

/// <summary>A web server on loopback that takes notices and answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SemaphoreSlim came = new(0);

    private Receiver(WebApplication app) => this.app = app;

    public Uri Address => new($"{app.Urls.First()}/hook?token=hush");

    /// <summary>What came: header fields and body, in order.</summary>
    public ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> Taken { get; } = new();

    /// <summary>How each is answered, by its number from 1.</summary>
    public Func<int, (int Status, string? Location)> Answer { get; set; } = _ => (StatusCodes.Status204NoContent, null);

    /// <summary>What answers wait for.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits for one more.</summary>
    public Task<bool> Next() => came.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        came.Dispose();
    }

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Taken.Enqueue((headers, await reader.ReadToEndAsync(context.RequestAborted)));
        await Before.WaitAsync(context.RequestAborted);
        var (status, location) = Answer(Taken.Count);
        context.Response.StatusCode = status;
        if (location is not null) context.Response.Headers.Location = location;
        came.Release();
    }
}
