using AutoSelect.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoSelect.Host.Control.Telemetry;

/// <summary>
/// Collects metrics for whoever scrapes them, and sends metrics, traces and logs by OTLP where the standard variables name a receiver.
/// </summary>
internal static class ControlTelemetry
{
    /// <summary>
    /// Meters that are collected: our own, those of Orleans, of the runtime, of the API's web server and of the driver of PostgreSQL. All
    /// have names of OpenTelemetry's conventions but Orleans'.
    /// </summary>
    private static readonly string[] Meters =
        [AutoSelectTelemetry.Name, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Npgsql"];

    private static readonly string[] Sources = [AutoSelectTelemetry.Name, "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application"];

    public static void Add(IServiceCollection services)
    {
        var isSent = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"));
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("autoselect")).WithMetrics(metrics =>
        {
            // What has made a measurement adds nothing: names are unique without it.
            metrics.AddMeter(Meters).AddPrometheusExporter(o => o.ScopeInfoEnabled = false);
            if (isSent) metrics.AddOtlpExporter();
        });
        if (isSent) telemetry.WithTracing(t => t.AddSource(Sources).AddOtlpExporter()).WithLogging(l => l.AddOtlpExporter());
    }

    /// <summary>Answers with the metrics of a silo as Prometheus reads them.</summary>
    public static RequestDelegate Scrape(IHost silo)
    {
        var app = new ApplicationBuilder(silo.Services);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(
            silo.Services.GetRequiredService<MeterProvider>(), predicate: _ => true, path: null, configureBranchedPipeline: null,
            optionsName: null);
        return app.Build();
    }
}
