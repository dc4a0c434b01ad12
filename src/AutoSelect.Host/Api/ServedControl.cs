using System.Collections.Immutable;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Planning;

namespace AutoSelect.Host.Api;

/// <summary>A server, or the process that has a store open.</summary>
/// <param name="client">Of it; ended with this.</param>
internal sealed class ServedControl(ApiClient client) : IControl
{
    public Task Request(JobRecord job, JobRequest request) => Told(() => client.Request(job.Id, request));

    public Task Extend(JobRecord job, JobExtension extension) => Told(() => client.ExtendJob(job.Id, extension));

    public async Task<AddedCandidates> Add(JobRecord job, JobText candidates)
    {
        AddedCandidates? added = null;
        await Told(async () => added = await client.AddCandidates(job.Id, candidates.Text), candidates.File);
        return added!;
    }

    public Task Delete(JobRecord job) => Told(() => client.DeleteJob(job.Id));

    public Task<ImmutableArray<PoolDevice>> Devices() => client.ListDevices();

    public Task<BorrowingStatus> Borrowed() => client.ListBorrowed();

    public Task<ImmutableArray<QueuedDemand>> Queue() => client.ListQueue();

    public async Task<string> Winner(JobRecord job, bool asCode)
    {
        var text = "";
        await Told(async () => text = await client.ExportWinner(job.Id, asCode));
        return text;
    }

    public Task<AuditPage> Audit(long after, int size) => client.ReadAudit(after, size);

    public IAsyncEnumerable<string> Logs(JobRecord job, bool follows, CancellationToken ct) => client.ReadLogs(job.Id, follows, ct);

    public void Dispose() => client.Dispose();

    /// <summary>Says what is refused as a store that nobody has open would.</summary>
    private async Task Told(Func<Task> call, string file = "")
    {
        try
        {
            await call();
        }
        catch (ApiRefusalException refusal) when (!refusal.Errors.IsEmpty)
        {
            var lines = refusal.Errors.Select(e => $"{file}:{e.Line}: {e.Message}");
            throw new CommandFault(ExitCodes.BadInput, string.Join(Environment.NewLine, lines));
        }
        catch (ApiRefusalException refusal)
        {
            throw new CommandFault((int)refusal.Status < 500 ? ExitCodes.BadInput : ExitCodes.Environment, refusal.Message);
        }
        catch (HttpRequestException gone)
        {
            throw new CommandFault(ExitCodes.Environment, $"{client.Address} went away: {gone.Message}");
        }
    }
}
