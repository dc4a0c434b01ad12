using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Transitions;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Elsewhere;

/// <summary>What clients ask for that train the runs of a job elsewhere: pieces of them, and to be heard.</summary>
internal static class ElsewhereRoutes
{
    /// <summary>How often whoever waits is told where the job has ended.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public static async Task<IResult> Ask(ApiCall call)
    {
        var asked = ElsewhereRules.Check(await ApiBody.Json<AskCall>(call));
        var (began, patience) = (call.Run.Time.GetTimestamp(), TimeSpan.FromSeconds(call.Query.Number("patience") ?? 0));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, call.Run.Stopping);
        while (true)
        {
            var record = await Record(call);
            if (record.HasEnded) return ApiCall.Json(new AskReply { Ended = Ended(record) });
            var left = patience - call.Run.Time.GetElapsedTime(began);
            var wait = left < TimeSpan.Zero ? TimeSpan.Zero : left < Look ? left : Look;
            try
            {
                if (await call.Parts.Devices.Ask(Device(record, asked.Client, asked.Device), wait, over.Token) is { } work)
                    return ApiCall.Json(new AskReply { Piece = Piece(await Record(call), work) });
            }
            catch (OperationCanceledException) when (call.Run.Stopping.IsCancellationRequested)
            {
                throw new ApiFaultException(StatusCodes.Status503ServiceUnavailable, "The server ends.");
            }
            if (left <= Look) return TypedResults.NoContent();
        }
    }

    public static async Task<IResult> Tell(ApiCall call)
    {
        var tell = ElsewhereRules.Check(await ApiBody.Json<TellCall>(call));
        var record = await Record(call);
        var device = Device(record, tell.Client, "");
        return ApiCall.Json(await call.Parts.Devices.Tell(record.Devices.FirstOrDefault(d => d.Id == device.Id) ?? device, tell));
    }

    /// <exception cref="KeyNotFoundException">No such job is stored for the caller.</exception>
    /// <exception cref="InvalidOperationException">Its runs are trained by devices of AutoSelect's.</exception>
    private static async Task<JobRecord> Record(ApiCall call)
    {
        var record = await call.Record();
        return record.Spec.Workload.IsElsewhere ? record : throw new InvalidOperationException(
            $"Job '{record.Id}' trains {record.Spec.Workload.Name} on devices of AutoSelect's: only of a job whose workload says "
            + "trained: elsewhere can runs be asked for.");
    }

    /// <summary>What stands for a client. No device of AutoSelect's has a colon in its id.</summary>
    private static DeviceDescription Device(JobRecord record, string client, string what) => new()
    {
        Id = new DeviceId($"elsewhere:{record.Id}:{client}"),
        Kind = DeviceKind.Elsewhere,
        Index = 0,
        Model = what.Length > 0 ? what : "trained elsewhere",
        Host = client,
        Elsewhere = new ElsewhereClient(record.Id, client, record.Spec.Workload.Program!.PatienceSeconds),
    };

    private static AskedPiece Piece(JobRecord record, SegmentAssignment work) => new()
    {
        Trial = work.Trial,
        Token = work.LeaseToken,
        Candidate = work.Candidate.Name,
        Arguments = work.Candidate.Arguments.ToImmutableSortedDictionary(
            a => a.Key, a => JsonSerializer.Deserialize<JsonElement>(a.Value), StringComparer.Ordinal),
        Seed = work.Candidate.Seed,
        Metric = record.Spec.Objective.Metric,
        Steps = work.HorizonSteps,
        FromStep = work.From?.Step ?? 0,
        UntilStep = Tellings.Until(record.Spec.Workload, work.UntilStep, work.HorizonSteps),
        Checkpoint = work.From is { } from ? CheckpointUri.NameElsewhere(from.Uri) : null,
        Resumes = record.Spec.Workload.Program!.CanResume,
        SaveEverySeconds = work.CheckpointEverySeconds,
        PatienceSeconds = record.Spec.Workload.Program.PatienceSeconds,
        IsCommitted = record.Commit?.Winner == work.Trial,
    };

    private static AskedEnd Ended(JobRecord record) => new(record.Phase, record.Outcome?.Summary ?? "")
    {
        Winner = record.Outcome?.Winner is { } winner ? record[winner].Candidate.Name : null,
        Value = record.Outcome?.Value,
        Checkpoint = record.Outcome?.Checkpoint is { } kept ? CheckpointUri.NameElsewhere(kept) : null,
    };
}
