using AutoSelect.Api.Access;
using AutoSelect.Api.Documents;
using AutoSelect.Api.Health;
using AutoSelect.Api.Jobs;
using AutoSelect.Api.Requests;
using AutoSelect.Api.Sessions;
using AutoSelect.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Api;

/// <summary>The HTTP API of a process that has a store open.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    /// <summary>
    /// How long answers that are under way may take when the server ends: as long as a job may take to be checked. Streams, which last as
    /// long as their readers like, are ended sooner by themselves.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication app;
    private readonly ApiRun run;

    private ApiServer(WebApplication app, ApiRun run, Uri address, Uri local) =>
        (this.app, this.run, Address, Local) = (app, run, address, local);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Where it listens for programs of this machine that have the owner's token: without TLS, on loopback. The same as
    /// <see cref="Address"/> where that is so anyway.
    /// </summary>
    public Uri Local { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="listening">Where.</param>
    /// <param name="parts">What it works with; the caller ends them.</param>
    /// <param name="loggers">For what is unexpected.</param>
    /// <param name="time">Clock of keys, of the audit log and of streams.</param>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<ApiServer> Start(ApiListening listening, ApiParts parts, ILoggerFactory loggers, TimeProvider time)
    {
        // Empty: variables of the environment must not open other addresses.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => Limit.Kestrel(kestrel, listening, parts.OwnerToken is not null));
        // Patience is the limit, by the clock of the server.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(5));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        ApiDocument.Add(builder.Services);
        ApiCompression.Add(builder.Services);
        var app = builder.Build();
        var links = new SignInLinks(time);
        var sessions = new BrowserSessions(parts, links, listening.Certificate is not null, time);
        var run = new ApiRun(time, app.Lifetime.ApplicationStopping)
        {
            Records = parts.Records ?? new RecentRecords(parts.Jobs),
            Sessions = sessions,
            Links = links,
        };
        app.Use(new ApiProblems(loggers.CreateLogger<ApiProblems>()).Tell);
        app.Use(new HealthRoutes(new Readiness(parts.Unready, time)).Answer);
        // Before anybody is asked who they are: pages hold nothing that is worth knowing.
        app.Use(WebFiles.Serve);
        app.Use(new ApiAccess(parts, sessions, listening.Hosts, time).Check);
        ApiCompression.Use(app);
        app.UseRouting();
        var authorisation = new ApiAuthorisation(parts, run, listening.DeviceAuthority is not null);
        foreach (var operation in ApiOperations.All)
        {
            // As what it is: a lambda would be taken for one without a result.
            Func<HttpContext, Task<IResult>> handle = context => authorisation.Run(context, operation);
            app.MapMethods(operation.Path, [operation.Method], handle).WithMetadata([.. ApiOperationDocument.Metadata(operation)]);
        }
        app.UseEndpoints(_ => { });
        try
        {
            await app.StartAsync();
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            Uri Of(string scheme) => addresses.Select(a => new Uri(a)).First(a => a.Scheme == scheme);
            var own = Of(listening.Certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps);
            return new ApiServer(app, run, own, parts.OwnerToken is null ? own : Of(Uri.UriSchemeHttp));
        }
        catch
        {
            await app.DisposeAsync();
            run.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(Patience, run.Time)) await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        run.Dispose();
    }

    /// <summary>Whoever starts the server ends it, and handles Ctrl-C.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
