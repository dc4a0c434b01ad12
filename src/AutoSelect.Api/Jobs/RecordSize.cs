using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>What a record takes in memory: a rule of thumb by what there is much of, to keep many within a bound.</summary>
internal static class RecordSize
{
    private const long Trial = 4096;
    private const long Point = 160;
    private const long Figure = 80;
    private const long Segment = 1024;
    private const long Judged = 1024;

    public static long Bytes(JobRecord record)
    {
        var bytes = Trial;
        foreach (var trial in record.Trials)
        {
            bytes += Trial + (Segment * trial.Segments.Length);
            foreach (var point in trial.Curve) bytes += Point + (Figure * (point.Diagnostics?.Count ?? 0));
        }
        foreach (var rung in record.Rungs) bytes += Judged * (1 + rung.Forecasts.Length + rung.Decisions.Length);
        return bytes;
    }
}
