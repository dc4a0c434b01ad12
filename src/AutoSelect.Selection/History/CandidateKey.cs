using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// Says when two candidates of different jobs are the same choice: strategy, hyperparameters and batch size, not seed or workload.
/// </summary>
internal static class CandidateKey
{
    public static string ForCandidate(Candidate candidate) =>
        candidate.Hyperparameters.IsEmpty
            ? $"{candidate.Strategy}|{candidate.Name}"
            : $"{candidate.Strategy}|{candidate.BatchSize}|"
                + string.Join('|', candidate.Hyperparameters.Select(h => $"{h.Key}={Rounded(h.Value)}"));

    /// <summary>
    /// The key of a recording: as for a candidate where AutoSelect recorded it, else algorithm and name, which public recordings keep over
    /// workloads.
    /// </summary>
    public static string ForCurve(RecordedCurve curve) =>
        curve.BatchSize is { } batch && !curve.Hyperparameters.IsEmpty
            ? $"{curve.Algorithm}|{batch}|{string.Join('|', curve.Hyperparameters.Select(h => $"{h.Key}={Rounded(h.Value)}"))}"
            : $"{curve.Algorithm}|{curve.Candidate}";

    private static string Rounded(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Rounded(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? Rounded(value.GetDouble()) : value.ToString();
}
