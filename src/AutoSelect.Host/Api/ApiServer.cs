using System.Net;
using AutoSelect.Host.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Api;

/// <summary>The HTTP API of a process that has a store open, on loopback, for other processes of the same user.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    /// <summary>Most bytes of a request.</summary>
    private const int LargestBody = 64 * 1024;

    /// <summary>How long answers that are under way may take when the server ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly WebApplication app;
    private readonly ControlPaths paths;
    private readonly TimeProvider time;

    private ApiServer(WebApplication app, ControlPaths paths, TimeProvider time) => (this.app, this.paths, this.time) = (app, paths, time);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Listens on a port, default a free one, and says where in the store's folder.</summary>
    /// <exception cref="IOException">No port can be had, or the file cannot be written.</exception>
    public static async Task<ApiServer> Start(ControlPaths paths, ApiJobs jobs, ILoggerFactory loggers, TimeProvider time, int port = 0)
    {
        // Empty: variables of the environment must not open other addresses.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var token = ApiFile.NewToken();
        var app = builder.Build();
        var problems = new ApiProblems(loggers.CreateLogger<ApiProblems>());
        app.Use(problems.Tell);
        app.Use(new ApiAccess(token).Check);
        app.UseRouting();
        JobRoutes.Map(app, jobs, app.Lifetime.ApplicationStopping);
        app.UseEndpoints(_ => { });
        try
        {
            await app.StartAsync();
            var server = new ApiServer(app, paths, time);
            new ApiFile { Port = server.Address.Port, Token = token, Process = Environment.ProcessId }.Write(paths);
            return server;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(paths.Api);
        using (var patience = new CancellationTokenSource(Patience, time)) await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }
}
