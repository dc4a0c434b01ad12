using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Grains;

/// <summary>What the series of a running job say, read off its record. Pure.</summary>
internal sealed record JobFigures
{
    /// <summary>The trial that is committed to, else the one that is most likely the best choice; null before any forecast.</summary>
    public Trial? Leader { get; init; }

    /// <summary>Probability that the leader is the best choice, when it was last judged.</summary>
    public double Probability { get; init; }

    /// <summary>What the job would deliver of the leader now; null before its first point.</summary>
    public double? Value { get; init; }

    /// <summary>When it is expected to end, by its own clock, and what it is expected to save; null where nothing is known.</summary>
    public ExpectedOutcome? Expected { get; init; }

    /// <summary>Device seconds of finding out.</summary>
    public required double ProbeSeconds { get; init; }

    /// <summary>Device seconds of the winner; 0 while there is none.</summary>
    public required double WinnerSeconds { get; init; }

    /// <summary>Segments that run.</summary>
    public required int Segments { get; init; }

    public static JobFigures FromRecord(JobRecord record)
    {
        var forecasts = record.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty)?.Forecasts ?? [];
        var forecast = record.Commit is { } commit ? forecasts.FirstOrDefault(f => f.Trial == commit.Winner) ?? commit.Forecast
            : forecasts.MaxBy(f => f.ProbabilityOfBest);
        var leader = forecast is null ? null : record.Find(forecast.Trial);
        return new JobFigures
        {
            Leader = leader,
            Probability = forecast?.ProbabilityOfBest ?? double.NaN,
            Value = leader?.Curve is [.., var last] ? last.Deliverable(record.Spec.Objective.Direction) : null,
            Expected = ExpectedOutcomes.FromRecord(record),
            ProbeSeconds = record.ProbeSeconds,
            WinnerSeconds = record.ChargedSeconds - record.ProbeSeconds,
            Segments = record.Trials.Count(t => t.OpenSegment() is not null),
        };
    }
}
