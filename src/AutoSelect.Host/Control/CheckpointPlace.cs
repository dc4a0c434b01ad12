using AutoSelect.Checkpoints;

namespace AutoSelect.Host.Control;

/// <summary>Where checkpoints are to go, tried out before any job depends on it.</summary>
internal static class CheckpointPlace
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A store that cannot now, by its own word, mostly can soon.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    /// <summary>Writes a few bytes there and removes them.</summary>
    /// <exception cref="EnvironmentFaultException">It cannot be written; the message says why.</exception>
    public static async Task Check(string place, CancellationToken ct)
    {
        if (await Fault(place, ct) is { } fault) throw new EnvironmentFaultException(fault.Message, fault);
    }

    /// <summary>
    /// The same for a silo of a cluster: a store that is away now is a warning, since jobs that run wait for theirs as well.
    /// </summary>
    /// <returns>The warning; null where all is well.</returns>
    /// <exception cref="EnvironmentFaultException">It will not be written however long one waits.</exception>
    public static async Task<string?> Warn(string place, CancellationToken ct)
    {
        var fault = await Fault(place, ct);
        return fault?.Fault is CheckpointStoreFault.Denied or CheckpointStoreFault.NoPlace
            ? throw new EnvironmentFaultException(fault.Message, fault) : fault?.Message;
    }

    private static async Task<CheckpointStoreException?> Fault(string place, CancellationToken ct)
    {
        using var stores = new CheckpointStores();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var fault = await Try(stores, place, patience.Token);
            foreach (var pause in Pauses)
            {
                if (fault is not { Fault: CheckpointStoreFault.Unreachable }) break;
                await Task.Delay(pause, TimeProvider.System, patience.Token);
                fault = await Try(stores, place, patience.Token);
            }
            return fault;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            return new CheckpointStoreException(
                CheckpointStoreFault.Unreachable, $"The place for checkpoints {place} does not answer in {Patience.TotalSeconds:0} s.", e);
        }
    }

    private static async Task<CheckpointStoreException?> Try(CheckpointStores stores, string place, CancellationToken ct)
    {
        try
        {
            await StoreProbe.Run(stores.Open(place), ct);
            return null;
        }
        catch (CheckpointStoreException e)
        {
            return e;
        }
    }
}
