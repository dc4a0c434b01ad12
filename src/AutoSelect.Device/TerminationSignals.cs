using System.Runtime.InteropServices;

namespace AutoSelect.Device;

/// <summary>
/// Asks for an orderly end on SIGTERM and ignores SIGINT: Ctrl-C in a terminal reaches every process of the group, and it is whoever
/// started this one that turns it into a clean pause.
/// </summary>
internal sealed class TerminationSignals(ProcessEnd end) : IDisposable
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

    public void Dispose() => Array.ForEach(signals, s => s.Dispose());
}
