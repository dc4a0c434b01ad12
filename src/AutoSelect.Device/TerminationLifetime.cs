using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Device;

/// <summary>
/// Asks for an orderly end on SIGTERM and ignores SIGINT: Ctrl-C in a terminal reaches every process of the group, and it is the control
/// side that turns it into a clean pause.
/// </summary>
internal sealed class TerminationLifetime(ProcessEnd end) : IHostLifetime, IDisposable
{
    private readonly PosixSignalRegistration[] signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, c => c.Cancel = true),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, c =>
        {
            c.Cancel = true;
            end.Request("SIGTERM", isOrphaned: false);
        }),
    ];

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Array.ForEach(signals, s => s.Dispose());
}
