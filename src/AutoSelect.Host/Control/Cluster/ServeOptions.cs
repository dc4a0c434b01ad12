using System.Net;
using AutoSelect.Api;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Host.Control.Hooks;
using AutoSelect.Host.Control.Retention;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>What one silo of a cluster is started with.</summary>
internal sealed record ServeOptions
{
    /// <summary>Connection string of the cluster's database; it may hold a password and is shown to nobody.</summary>
    public required string Database { get; init; }

    /// <summary>Where this silo keeps its things, and the cluster its files.</summary>
    public required ControlPaths Paths { get; init; }

    /// <summary>Where the silo listens, and where the others find it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>What silos know each other by; null only on loopback.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Port for the other silos; null for one that is free.</summary>
    public int? SiloPort { get; init; }

    /// <summary>Where the HTTP API listens; default a free port of loopback.</summary>
    public ApiListening Listening { get; init; } = ApiListening.Loopback;

    /// <summary>Where notices of jobs' ends may go; default public addresses alone.</summary>
    public HookRules Hooks { get; init; } = HookRules.Public;

    /// <summary>Which files of the machine jobs may name; alike at all silos. Default none.</summary>
    public AllowedPlaces Allowed { get; init; } = AllowedPlaces.BuiltIn;

    /// <summary>How the cluster's devices are shared; alike at all its silos.</summary>
    public SharingOptions Sharing { get; init; } = new();

    /// <summary>What is kept, and how long; null keeps all.</summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>
    /// Whether the device program is here, by which jobs are checked; default whether it is. Without it another silo is asked.
    /// </summary>
    public bool HasDeviceProgram { get; init; } = DeviceExecutable.IsHere;

    /// <summary>Device processes to start on this machine.</summary>
    public int Devices { get; init; }

    /// <summary>From whom devices are borrowed; the same for all silos. Null for nobody.</summary>
    public BorrowingSettings? Borrowing { get; init; }
}
