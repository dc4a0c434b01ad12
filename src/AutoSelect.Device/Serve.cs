using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Configuration;

namespace AutoSelect.Device;

/// <summary>A device process: an Orleans client beside one training thread.</summary>
internal static class Serve
{
    public static async Task<int> Run(string[] args)
    {
        ServeOptions options;
        try
        {
            options = ServeOptions.Parse(args);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 2;
        }
        Console.SetOut(new LossyWriter(Console.Out));
        using var end = new ProcessEnd(TimeProvider.System, Console.Out, Kill);
        using var signals = new TerminationLifetime(end);
        // First of all: whatever follows may wait for a control side that is gone.
        using var watch = new OrphanWatch(options.Grace, options.Parent is { } id ? new ParentProcess(id) : null, end, TimeProvider.System);
        var host = Build(options, watch, end, signals);
        // Loading libtorch takes longer than connecting: both at once.
        var training = host.Services.GetRequiredService<TrainingThread>();
        training.Start();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        // The loop ends the host in its own time; before it runs there is nothing to wait for.
        using var leaving = end.Requested.Register(() =>
        {
            if (!lifetime.ApplicationStarted.IsCancellationRequested) lifetime.StopApplication();
        });
        using var bounded = lifetime.ApplicationStopping.Register(() => end.Request("its host stops", isOrphaned: false));
        try
        {
            await host.RunAsync();
        }
        catch (Exception e) when (end.Requested.IsCancellationRequested)
        {
            // Connecting was given up, or the control side was not there to take leave of.
            Console.Out.WriteLine($"The client of the control side was given up ({e.GetType().Name}: {e.Message})");
        }
        if (training.IsAlive) end.Now("its training thread does not end");
        return Environment.ExitCode;
    }

    /// <summary>By a signal: an exit runs destructors of libraries that a training thread may still be in.</summary>
    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static IHost Build(ServeOptions options, OrphanWatch watch, ProcessEnd end, IHostLifetime signals)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(c =>
        {
            c.SingleLine = true;
            c.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Microsoft", LogLevel.Warning);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(options.Control);
            client.Configure<ClusterOptions>(c => (c.ClusterId, c.ServiceId) = ("autoselect", "autoselect"));
            client.Configure<ClientMessagingOptions>(m => m.ResponseTimeout = TimeSpan.FromSeconds(5));
            client.Configure<GatewayOptions>(g => g.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(.2), TimeProvider.System, cancellation);
                return true;
            });
            client.AddActivityPropagation();
        });
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(r => r.AddService("autoselect-device", serviceInstanceId: options.Device.Value))
                .WithTracing(t => t.AddSource(TrainingThread.ActivityName).AddSource("Microsoft.Orleans.Application").AddOtlpExporter());
        }
        builder.Services.AddSingleton(signals);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(watch);
        builder.Services.AddSingleton(end);
        builder.Services.AddSingleton<RankMeeting>();
        builder.Services.AddSingleton<TrainingThread>();
        builder.Services.AddHostedService<DeviceLoop>();
        return builder.Build();
    }
}
