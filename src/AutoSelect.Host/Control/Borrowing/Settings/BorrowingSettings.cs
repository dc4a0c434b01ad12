using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AutoSelect.Contracts;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>From whom a control side borrows devices, as its providers file says.</summary>
internal sealed record BorrowingSettings
{
    /// <summary>Who borrows; the same for all silos of a cluster and after restarts.</summary>
    public required ControlId Control { get; init; }

    public BorrowingOptions Limits { get; init; } = new();

    /// <summary>Time between two looks at the schedulers; default 5 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where devices reach the control side; empty for the address at which the borrowing silo itself listens.</summary>
    public ImmutableArray<Uri> Servers { get; init; } = [];

    /// <summary>In the order in which they are borrowed from.</summary>
    public required ImmutableArray<ProviderSettings> Providers { get; init; }

    /// <summary>
    /// The same for a store of one process: a control side of its own, so that two stores never give back what the other has borrowed.
    /// </summary>
    /// <param name="path">Of the store, absolute.</param>
    public BorrowingSettings OfStore(string path)
    {
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}:{path}")))[..6];
        return this with { Control = new ControlId(Control.Value[..Math.Min(10, Control.Value.Length)] + mark) };
    }

    /// <summary>The longest time for which any device is lent.</summary>
    public TimeSpan Longest => Providers.SelectMany(p => p.Classes).Max(c => c.Longest);

    /// <summary>Where a device comes from by its id; null for one that is not borrowed. Settings of before may be those of its request.
    /// </summary>
    public DeviceOrigin? Origin(DeviceId device)
    {
        if (!BorrowLabel.TryParse(device.Value, out var label)) return null;
        foreach (var provider in Providers)
            if (provider.Classes.FirstOrDefault(c => ClassMark.Marks(c.Name, label)) is { } of)
                return new DeviceOrigin(provider.Name, of.Name, of.Price);
        return new DeviceOrigin("unknown", "unknown", 0);
    }
}

/// <summary>One provider of the file.</summary>
internal abstract record ProviderSettings
{
    public required string Name { get; init; }

    public required DevicePlace Place { get; init; }

    /// <summary>What it lends.</summary>
    public abstract ImmutableArray<DeviceClass> Classes { get; }

    /// <summary>Makes ready to ask it.</summary>
    /// <param name="command">What serves a device.</param>
    /// <param name="environment">What the command finds in its environment.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="EnvironmentFaultException">What it takes to ask it cannot be had.</exception>
    public abstract IDeviceProvider Open(
        DeviceCommand command, ImmutableSortedDictionary<string, string> environment, TimeProvider time);
}

/// <summary>What a provider's nodes have where; null takes what this machine has.</summary>
internal sealed record DevicePlace
{
    /// <summary>Path of AutoSelect.Device.dll.</summary>
    public string? Executable { get; init; }

    /// <summary>Path of the dotnet host.</summary>
    public string? Dotnet { get; init; }

    /// <summary>Folder of the data sets.</summary>
    public string? Data { get; init; }

    /// <summary>Home folder of the device process.</summary>
    public string? Home { get; init; }

    /// <summary>File with the device key, where its path is not that of the shared folder.</summary>
    public string? Token { get; init; }

    /// <summary>Certificates to trust the control side by; null for the nodes' own.</summary>
    public string? Authority { get; init; }

    /// <summary>Certificate of the devices; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its private key; null where the certificate's file holds it too.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Longest time without the control side; null leaves it to the control side, whose default is 60 s.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>More variables of its environment.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
