using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Inspections;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Control;

/// <summary>
/// Asks a device process what it can run, once. Not for ever: a workload of one's own may hang, and with it whoever else wants to be looked
/// at.
/// </summary>
/// <param name="start">Starts the process with its three streams redirected; null for the device executable.</param>
/// <param name="time">Clock of its patience.</param>
internal sealed class CatalogueSource(Func<Process>? start, TimeProvider time) : ICatalogueSource
{
    /// <summary>How long the process may be without a word: data that is downloaded tells how far it is.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>How long it may take in all; a silo that asks another one waits a little longer.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(14);

    public CatalogueSource() : this(null, TimeProvider.System) { }

    public async Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        using var process = start is null ? StartDevice() : start();
        using var late = new CancellationTokenSource(Longest, time);
        using var silent = new CancellationTokenSource(LongestSilence, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token, silent.Token);
        // With whatever it has started: a workload may have programs of its own.
        using var killing = over.Token.Register(() => Kill(process));
        try
        {
            return await Ask(process, workload, ranks, new Progress(progress, silent), over.Token);
        }
        catch (Exception e) when (
            over.IsCancellationRequested && !ct.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            var rule = late.IsCancellationRequested ? $"took longer than {Longest.TotalMinutes} min"
                : $"said nothing for {LongestSilence.TotalMinutes} min";
            throw new InspectionFailedException(
                $"The device process that looked at {workload?.Name ?? "this machine"} {rule}, and was ended.", e);
        }
    }

    private static async Task<Inspection> Ask(
        Process process, WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
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
        ct.ThrowIfCancellationRequested();
        throw new InspectionFailedException(
            $"The device process ended with exit code {process.ExitCode} and no answer. {LastLines(await errors)}");
    }

    private static Process StartDevice()
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

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or one that it has started is somebody else's.
        }
    }

    private static string LastLines(string text) => string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    /// <summary>Whoever tells of progress does not hang.</summary>
    private sealed class Progress(IProgress<DataProgress> inner, CancellationTokenSource silent) : IProgress<DataProgress>
    {
        public void Report(DataProgress value)
        {
            silent.CancelAfter(LongestSilence);
            inner.Report(value);
        }
    }
}
