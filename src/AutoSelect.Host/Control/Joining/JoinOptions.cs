using System.Collections.Immutable;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control.Joining;

/// <summary>What this machine's devices join, and which of them.</summary>
internal sealed record JoinOptions
{
    /// <summary>Servers of one control side, the first to be tried first; at least 1.</summary>
    public required ImmutableArray<ApiAddress> Servers { get; init; }

    /// <summary>Absolute path of the file with the key; null where device processes find it in their environment.</summary>
    public string? TokenFile { get; init; }

    /// <summary>What the devices' ids begin with: the name of the key.</summary>
    public required string Name { get; init; }

    /// <summary>Their kind; null for CUDA devices where there are any, else CPUs.</summary>
    public DeviceKind? Kind { get; init; }

    /// <summary>How many; null for all of the kind.</summary>
    public int? Count { get; init; }

    /// <summary>Where logs and what is known of the device processes are kept.</summary>
    public required ControlPaths Paths { get; init; }

    /// <summary>Folder of data sets.</summary>
    public required string Data { get; init; }

    /// <summary>What device processes run as; null for this process's own account.</summary>
    public DeviceAccount? Account { get; init; }

    /// <summary>
    /// Places that jobs may name files of, as <see cref="AllowedPlaces.Parse"/> reads them; empty for what the server allows.
    /// </summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    /// <summary>Absolute path of the certificates of an authority to trust in place of the system's; null for the system's.</summary>
    public string? Authority { get; init; }

    /// <summary>Absolute path of the machine's own certificate; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Absolute path of its private key; null where the certificate's file holds it too.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>How device processes find the control side and their data: names and values, one after the other.</summary>
    public ImmutableArray<string> ToDeviceOptions() =>
    [
        .. Servers.SelectMany(s => new[] { "--server", s.ToString() }),
        .. Option("--token-file", TokenFile), .. Option("--authority", Authority),
        .. Option("--certificate", Certificate), .. Option("--certificate-key", CertificateKey),
        "--data", Data, .. Allowed.SelectMany(place => new[] { "--allow", place }),
    ];

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];
}
