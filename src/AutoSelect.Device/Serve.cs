using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoSelect.Device;

/// <summary>A device process: a client of the control side's API beside one training thread.</summary>
internal static class Serve
{
    public static async Task<int> Run(string[] args)
    {
        ServeOptions options;
        SocketsHttpHandler handler;
        try
        {
            options = ServeOptions.Parse(args);
            handler = ControlHandler.Create(options);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCodes.BadInput;
        }
        Console.SetOut(new LossyWriter(Console.Out));
        using var end = new ProcessEnd(TimeProvider.System, Console.Out, Kill);
        using var signals = new TerminationSignals(end);
        // First of all: whatever follows may wait for a control side that is gone.
        using var watch = new OrphanWatch(options.Grace, options.Parent is { } id ? new ParentProcess(id) : null, end, TimeProvider.System);
        using var loggers = Loggers();
        using var traces = Traces(options);
        using var control = new ControlClient(options, new ControlServers(options), handler, TimeProvider.System);
        var meeting = new RankMeeting(control, options, TimeProvider.System, loggers.CreateLogger<RankMeeting>());
        var training = new TrainingThread(options, meeting, TimeProvider.System, loggers.CreateLogger<TrainingThread>());
        // Loading libtorch takes longer than connecting: both at once.
        training.Start();
        var loop = new DeviceLoop(
            control, options, training.Give, watch, end, TimeProvider.System, loggers.CreateLogger<DeviceLoop>());
        var exitCode = await loop.Run();
        training.Dispose();
        if (training.IsAlive) end.Now("its training thread does not end");
        return exitCode;
    }

    /// <summary>By a signal: an exit runs destructors of libraries that a training thread may still be in.</summary>
    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging.AddSimpleConsole(c =>
    {
        c.SingleLine = true;
        c.TimestampFormat = "HH:mm:ss.fff ";
    }));

    /// <summary>Exports the spans of segments by OTLP when the standard variables name a receiver.</summary>
    private static TracerProvider? Traces(ServeOptions options) =>
        Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is not { Length: > 0 } ? null
        : Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(r => r.AddService("autoselect-device", serviceInstanceId: options.Device.Value))
            .AddSource(TrainingThread.ActivityName).AddOtlpExporter().Build();
}
