using System.Runtime.InteropServices;

namespace AutoSelect.Host.Commands;

/// <summary>Ctrl-C and SIGTERM: the first asks for a clean end, the second ends the process at once.</summary>
internal sealed class Interruption(Action exitAtOnce) : IDisposable
{
    private readonly CancellationTokenSource requested = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int presses;

    /// <summary>Cancelled by the first press.</summary>
    public CancellationToken Requested => requested.Token;

    public static Interruption OfProcess()
    {
        var interruption = new Interruption(() => System.Environment.Exit(ExitCodes.Interrupted));
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            interruption.registrations.Add(PosixSignalRegistration.Create(signal, received =>
            {
                received.Cancel = true;
                interruption.Press();
            }));
        }
        return interruption;
    }

    public void Press()
    {
        if (Interlocked.Increment(ref presses) == 1) requested.Cancel();
        else exitAtOnce();
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        requested.Dispose();
    }
}
