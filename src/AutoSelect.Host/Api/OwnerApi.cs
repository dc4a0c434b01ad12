using AutoSelect.Api;
using AutoSelect.Api.Access;
using AutoSelect.Host.Control;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Api;

/// <summary>
/// The HTTP API of a process that has a store open, on loopback: for other processes of the same user, who can read the token, and for
/// holders of API keys.
/// </summary>
internal sealed class OwnerApi : IAsyncDisposable
{
    private readonly ControlPaths paths;
    private readonly ApiServer server;
    private readonly SqliteKeyStore keys;
    private readonly AuditFile audit;

    private OwnerApi(ControlPaths paths, ApiServer server, SqliteKeyStore keys, AuditFile audit) =>
        (this.paths, this.server, this.keys, this.audit) = (paths, server, keys, audit);

    /// <summary>Listens on a free port and says where in the store's folder.</summary>
    /// <exception cref="IOException">No port can be had, or the file cannot be written.</exception>
    public static async Task<OwnerApi> Start(
        ControlPaths paths, IJobStore jobs, ILeaseLedger leases, IControlSide control, ICatalogueSource catalogue,
        ILoggerFactory loggers, TimeProvider time)
    {
        var (keys, audit, token) = (new SqliteKeyStore(paths.Keys, time), new AuditFile(paths.Audit), ApiFile.NewToken());
        var parts = new ApiParts
        {
            Jobs = jobs,
            Leases = leases,
            Keys = keys,
            Audit = audit,
            Control = control,
            Planner = new JobPlanner(catalogue),
            JobsFolder = paths.Jobs,
            FilesFolder = paths.Files,
            LogsFolder = paths.Logs,
            OwnerToken = token,
        };
        ApiServer? server = null;
        try
        {
            server = await ApiServer.Start(ApiListening.Loopback, parts, loggers, time);
            new ApiFile { Port = server.Address.Port, Token = token, Process = Environment.ProcessId }.Write(paths);
            return new OwnerApi(paths, server, keys, audit);
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            await keys.DisposeAsync();
            audit.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(paths.Api);
        await server.DisposeAsync();
        await keys.DisposeAsync();
        audit.Dispose();
    }
}
