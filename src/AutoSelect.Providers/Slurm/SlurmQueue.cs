using System.Text.Json;

namespace AutoSelect.Providers;

/// <summary>
/// Reads what squeue --json writes: of Slurm 22.05, and the later form in which states are lists and numbers are objects.
/// </summary>
internal static class SlurmQueue
{
    /// <exception cref="ProviderUnavailableException">It is no such text.</exception>
    public static IReadOnlyList<DeviceObservation> Read(string json, ControlId control, string provider)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.GetProperty("jobs").EnumerateArray().Select(j => Read(j, control)).OfType<DeviceObservation>()];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ProviderUnavailableException(provider, $"what squeue --json wrote is not understood: {e.Message}", e);
        }
    }

    /// <summary>Null for the jobs of others.</summary>
    private static DeviceObservation? Read(JsonElement job, ControlId control)
    {
        if (!BorrowLabel.TryParse(Text(job, "name"), out var label) || label.Control != control) return null;
        var states = States(job);
        var (state, reason) = State(states);
        // Also one that ends in order while it has notice, and is listed as completed, was taken back.
        if (Number(job, "preempt_time") > 0 && state is (BorrowState.Running or BorrowState.Ending or BorrowState.Gone))
            (state, reason) = (state == BorrowState.Running ? BorrowState.Ending : state, EndReason.Preempted);
        return new DeviceObservation
        {
            Label = label,
            Class = SlurmSubmission.ReadClass(Text(job, "comment") ?? ""),
            State = state,
            Reason = reason,
            Detail = state == BorrowState.Gone ? $"{string.Join('+', states)}, {Exit(job)}" : Waiting(job, states),
            SchedulerId = Number(job, "job_id").ToString(),
            Restarts = (int)Number(job, "restart_cnt"),
            Submitted = Time(job, "submit_time"),
            Start = Time(job, "start_time"),
            Ends = state == BorrowState.Queued ? null : Time(job, "end_time"),
        };
    }

    /// <summary>
    /// By the state and never by the exit code: a preempted job that ended in order has 0. A node that failed says nothing of the device.
    /// </summary>
    private static (BorrowState, EndReason) State(string[] states)
    {
        if (states.Contains("COMPLETING")) return (BorrowState.Ending, EndReason.Unknown);
        return states[0] switch
        {
            "PENDING" or "REQUEUED" or "REQUEUE_HOLD" or "REQUEUE_FED" or "SPECIAL_EXIT" => (BorrowState.Queued, EndReason.Unknown),
            "CONFIGURING" => (BorrowState.Starting, EndReason.Unknown),
            "RUNNING" when states.Contains("CONFIGURING") => (BorrowState.Starting, EndReason.Unknown),
            "RUNNING" or "RESIZING" or "SIGNALING" or "STAGE_OUT" => (BorrowState.Running, EndReason.Unknown),
            // It holds its place and does not run: nothing can be done with it until the scheduler ends or resumes it.
            "SUSPENDED" or "STOPPED" => (BorrowState.Ending, EndReason.Preempted),
            "PREEMPTED" => (BorrowState.Gone, EndReason.Preempted),
            "TIMEOUT" or "DEADLINE" => (BorrowState.Gone, EndReason.Expired),
            "CANCELLED" or "COMPLETED" or "REVOKED" => (BorrowState.Gone, EndReason.Released),
            "FAILED" or "OUT_OF_MEMORY" => (BorrowState.Gone, EndReason.Failed),
            _ => (BorrowState.Gone, EndReason.Unknown),
        };
    }

    /// <summary>Slurm 22.05 writes the status of wait(2), later ones its parts.</summary>
    private static string Exit(JsonElement job)
    {
        if (job.TryGetProperty("exit_code", out var code) && code.ValueKind == JsonValueKind.Object)
            return $"exit code {Number(code, "return_code")}";
        var status = Number(job, "exit_code");
        return (status & 127) != 0 ? $"signal {status & 127}" : $"exit code {status >> 8 & 255}";
    }

    private static string Waiting(JsonElement job, string[] states) =>
        Text(job, "state_reason") is { Length: > 0 } reason and not "None" ? $"{states[0]} ({reason})" : states[0];

    private static string[] States(JsonElement job)
    {
        var state = job.GetProperty("job_state");
        string[] all = state.ValueKind == JsonValueKind.Array
            ? [.. state.EnumerateArray().Select(s => s.GetString()!)] : [state.GetString()!];
        return all is [{ Length: > 0 }, ..] ? all : throw new FormatException("a job has no state");
    }

    private static string? Text(JsonElement job, string name) =>
        job.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>0 where there is none.</summary>
    private static long Number(JsonElement job, params ReadOnlySpan<string> path)
    {
        var value = job;
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object) break;
            if (!value.TryGetProperty(name, out value)) return 0;
        }
        if (value.ValueKind == JsonValueKind.Object && !value.TryGetProperty("number", out value)) return 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
    }

    private static DateTimeOffset? Time(JsonElement job, string name) =>
        Number(job, name) is > 0 and < 253402300800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
