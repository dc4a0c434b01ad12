using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>How silos of a cluster find each other, and when they take each other for dead.</summary>
internal static class ClusterMembers
{
    /// <summary>Name of the cluster and of its service.</summary>
    public const string Name = "autoselect";

    /// <summary>How often a silo gives a sign of life in the database.</summary>
    public static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    public static void Join(ISiloBuilder silo, ControlEndpoint endpoint, PostgresMembershipTable table, ClusterTls? tls)
    {
        tls?.Secure(silo);
        silo.Configure<ClusterOptions>(c => (c.ClusterId, c.ServiceId) = (Name, Name));
        silo.ConfigureEndpoints(endpoint.Address, endpoint.SiloPort, ControlSilo.NoGateway, listenOnAnyHostAddress: false);
        silo.Services.AddSingleton<IMembershipTable>(table);
        silo.Configure<ClusterMembershipOptions>(Configure);
#pragma warning disable ORLEANSEXP003 // Experimental; but the default one forgets activations of others with every silo that crashes.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // How long grains of a silo that died are kept from being activated elsewhere; two of one job do no harm.
        silo.Configure<GrainDirectoryOptions>(d => d.RangeLeaseDuration = TimeSpan.FromSeconds(2));
    }

    /// <summary>
    /// A silo that is killed is seen within seconds, and one that comes when all others are gone is not kept waiting for them: by Orleans'
    /// defaults that takes minutes.
    /// </summary>
    private static void Configure(ClusterMembershipOptions options)
    {
        options.IAmAliveTablePublishTimeout = SignOfLife;
        options.NumMissedTableIAmAliveLimit = 3;
        options.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
