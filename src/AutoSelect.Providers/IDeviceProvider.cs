namespace AutoSelect.Providers;

/// <summary>
/// Lends devices: a cluster's scheduler, most often. One request is for one device, so that each is waited for, lost and given back on its
/// own. Nothing is remembered here: the scheduler holds every request under its label, and <see cref="Observe"/> reads them all.
/// </summary>
public interface IDeviceProvider
{
    /// <summary>Short name for settings and messages, such as "slurm".</summary>
    string Name { get; }

    /// <summary>What can be asked for, with prices and limits.</summary>
    IReadOnlyList<DeviceClass> Classes { get; }

    /// <summary>Asks the scheduler for a device; nothing happens when it has a request of this label already.</summary>
    /// <exception cref="RequestRefusedException">The scheduler will never grant it as it stands.</exception>
    /// <exception cref="ProviderUnavailableException">The scheduler does not answer; whether it took the request is not known.</exception>
    Task Request(DeviceRequest request, CancellationToken cancellation);

    /// <summary>All requests of one control side that the scheduler still knows of, also those that have ended lately.</summary>
    /// <exception cref="ProviderUnavailableException">The scheduler does not answer, or not in words that are understood.</exception>
    Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation);

    /// <summary>Gives a device back, or withdraws its request; nothing happens when it is gone already.</summary>
    /// <exception cref="ProviderUnavailableException">The scheduler does not answer.</exception>
    Task Release(BorrowLabel label, CancellationToken cancellation);

    /// <summary>When a request made now would start, as far as the scheduler can say.</summary>
    /// <param name="deviceClass">One of <see cref="Classes"/>.</param>
    /// <param name="atMost">For how long; a short request often starts earlier.</param>
    /// <param name="cancellation">Gives up the question.</param>
    /// <exception cref="ProviderUnavailableException">The scheduler does not answer.</exception>
    Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation);
}
