using System.Collections.Immutable;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Providers;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>What a silo borrows with. Providers can be asked once its API listens: devices are told where to turn to.</summary>
/// <param name="settings">From whom.</param>
/// <param name="paths">Where what devices must see lies.</param>
/// <param name="keys">Where API keys are known.</param>
/// <param name="time">The clock.</param>
internal sealed class BorrowingParts(BorrowingSettings settings, ControlPaths paths, IKeyStore keys, TimeProvider time)
{
    private readonly TaskCompletionSource<ImmutableArray<IDeviceProvider>> providers =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BorrowingSettings Settings => settings;

    /// <summary>What borrowed devices show to be let in.</summary>
    public DeviceKeyFile Key { get; } = new(keys, paths.Borrowing, settings.Control, settings.Longest, time);

    /// <summary>In the order in which they are borrowed from; completes when <see cref="Listens"/> is told.</summary>
    public Task<ImmutableArray<IDeviceProvider>> Providers => providers.Task;

    /// <summary>Opens the providers.</summary>
    /// <param name="api">Address of the API of this silo, to which devices turn where the settings name no other.</param>
    /// <exception cref="EnvironmentFaultException">The device executable, or what it takes to ask a provider, cannot be had.</exception>
    public void Listens(Uri api) => Open(settings.Servers.IsEmpty ? [api] : settings.Servers);

    /// <summary>Opens the providers to be asked questions alone: no device is told where to turn to.</summary>
    /// <exception cref="EnvironmentFaultException">As of <see cref="Listens"/>.</exception>
    public void Asks() => Open(settings.Servers);

    /// <summary>A borrower of one of the providers.</summary>
    public Borrower NewBorrower(IDeviceProvider provider, ILogger<Borrower> logger) =>
        new(provider, settings.Control, settings.Limits, time, logger);

    private void Open(ImmutableArray<Uri> servers)
    {
        providers.SetResult(
        [
            .. settings.Providers.Select(p => p.Open(
                BorrowedDeviceCommand.Make(p.Place, servers, Key.Path), BorrowedDeviceCommand.Environment(p.Place), time)),
        ]);
    }
}
