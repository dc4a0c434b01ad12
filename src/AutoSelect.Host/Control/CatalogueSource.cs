using System.Diagnostics;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Inspections;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Control;

/// <summary>Asks a device process what it can run, once.</summary>
internal sealed class CatalogueSource : ICatalogueSource
{
    public async Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        using var process = Start();
        using var cancelled = ct.Register(() => process.Kill());
        var request = new InspectionRequest
        {
            Workload = workload,
            PrepareData = workload is not null,
            DataDirectory = ControlPaths.DataSets,
            Ranks = ranks,
        };
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(request, RecordJson.Options));
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(ct);
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (!line.StartsWith('{')) continue;
            var reply = JsonSerializer.Deserialize<InspectionReply>(line, RecordJson.Options)!;
            if (reply.Progress is { } what) progress.Report(new DataProgress(what, reply.Bytes, reply.TotalBytes));
            else if (InspectionReplies.Found(reply) is { } found) return found;
        }
        await process.WaitForExitAsync(ct);
        throw new InspectionFailedException(
            $"The device process ended with exit code {process.ExitCode} and no answer. {LastLines(await errors)}");
    }

    private static Process Start()
    {
        try
        {
            return DeviceExecutable.StartAttached("inspect", "-");
        }
        catch (EnvironmentFaultException e)
        {
            throw new InspectionFailedException(e.Message, e);
        }
    }

    private static string LastLines(string text) => string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));
}
