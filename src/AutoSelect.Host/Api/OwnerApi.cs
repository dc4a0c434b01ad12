using System.Collections.Immutable;
using AutoSelect.Api;
using AutoSelect.Api.Jobs;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Api;

/// <summary>
/// The HTTP API of a process that has a store open: for other processes of the same user, who can read the token, and for holders of API
/// keys.
/// </summary>
internal sealed class OwnerApi : IAsyncDisposable
{
    private readonly ControlPaths paths;
    private readonly ApiServer server;
    private readonly SqliteKeyStore? ownKeys;
    private readonly AuditFile? ownAudit;

    private OwnerApi(ControlPaths paths, ApiServer server, SqliteKeyStore? ownKeys, AuditFile? ownAudit) =>
        (this.paths, this.server, this.ownKeys, this.ownAudit) = (paths, server, ownKeys, ownAudit);

    /// <summary>Where it listens.</summary>
    public Uri Address => server.Address;

    /// <summary>Listens, and says where in the store's folder.</summary>
    /// <param name="paths">Of the store.</param>
    /// <param name="jobs">Where jobs are read from.</param>
    /// <param name="leases">Where devices are read from.</param>
    /// <param name="control">Takes jobs and requests.</param>
    /// <param name="devices">Where device processes are spoken to.</param>
    /// <param name="catalogue">Is asked what can be run.</param>
    /// <param name="loggers">For what is unexpected.</param>
    /// <param name="time">Clock of keys and streams.</param>
    /// <param name="listening">Where to listen; default a free port of loopback.</param>
    /// <param name="keys">Who may; default those of the store's folder.</param>
    /// <param name="audit">Told of what is changed; default a file of the store's folder.</param>
    /// <param name="unready">Says why no requests should come here; default: they always may.</param>
    /// <param name="borrowed">Tells what is borrowed; default nothing.</param>
    /// <param name="allowed">Which files jobs may name; default any, for jobs of the user's own.</param>
    /// <param name="metrics">Writes the metrics of the silo; default none.</param>
    /// <param name="records">Records of jobs that were read of late; default its own.</param>
    /// <exception cref="IOException">The port cannot be had, or the file cannot be written.</exception>
    public static async Task<OwnerApi> Start(
        ControlPaths paths, IJobStore jobs, ILeaseLedger leases, IControlSide control, IDeviceSide devices,
        ICatalogueSource catalogue, ILoggerFactory loggers, TimeProvider time, ApiListening? listening = null, IKeyStore? keys = null,
        IAuditLog? audit = null, Func<Task<ImmutableArray<string>>>? unready = null, Func<Task<BorrowingStatus>>? borrowed = null,
        AllowedPlaces? allowed = null, RequestDelegate? metrics = null, RecentRecords? records = null)
    {
        var token = ApiFile.NewToken();
        var ownKeys = keys is null ? new SqliteKeyStore(paths.Keys, time) : null;
        var ownAudit = audit is null ? new AuditFile(paths.Audit) : null;
        var parts = new ApiParts
        {
            Jobs = jobs,
            Records = records,
            Leases = leases,
            Keys = keys ?? ownKeys!,
            Audit = audit ?? ownAudit!,
            Control = control,
            Devices = devices,
            Planner = new JobPlanner(catalogue),
            JobsFolder = paths.Jobs,
            Allowed = allowed ?? AllowedPlaces.Everything,
            FilesFolder = paths.Files,
            LogsFolder = paths.Logs,
            OwnerToken = token,
        };
        if (unready is not null) parts = parts with { Unready = unready };
        if (borrowed is not null) parts = parts with { Borrowed = borrowed };
        if (metrics is not null) parts = parts with { Metrics = metrics };
        ApiServer? server = null;
        try
        {
            server = await ApiServer.Start(listening ?? ApiListening.Loopback, parts, loggers, time);
            // Others of the same user come by plain loopback, also where whoever comes from elsewhere needs TLS and a key.
            new ApiFile { Port = server.Local.Port, Token = token, Process = Environment.ProcessId }.Write(paths.Api);
            return new OwnerApi(paths, server, ownKeys, ownAudit);
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            if (ownKeys is not null) await ownKeys.DisposeAsync();
            ownAudit?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(paths.Api);
        await server.DisposeAsync();
        if (ownKeys is not null) await ownKeys.DisposeAsync();
        ownAudit?.Dispose();
    }
}
