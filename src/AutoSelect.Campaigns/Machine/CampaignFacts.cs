using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>What the machine has to know beside the record. All of it may be forgotten: it is read again.</summary>
internal sealed record CampaignFacts
{
    /// <summary>Jobs that may train side by side.</summary>
    public required int Capacity { get; init; }

    /// <summary>False while the place where jobs are takes no more of them.</summary>
    public bool MaySubmit { get; init; } = true;

    /// <summary>The jobs of points that have not ended, as they were last seen.</summary>
    public IReadOnlyDictionary<int, JobSighting> Jobs { get; init; } = ImmutableDictionary<int, JobSighting>.Empty;

    /// <summary>What was asked of jobs since they were last seen.</summary>
    public IReadOnlySet<(int Point, JobRequestKind Kind)> Asked { get; init; } = ImmutableHashSet<(int, JobRequestKind)>.Empty;

    /// <summary>
    /// Points whose jobs were told to go on since this process began: one that was killed may have left them without a supervisor.
    /// </summary>
    public IReadOnlySet<int> Adopted { get; init; } = ImmutableHashSet<int>.Empty;
}

/// <summary>A job as it was last seen.</summary>
/// <param name="Phase">Where it stands.</param>
internal sealed record JobSighting(JobPhase Phase)
{
    /// <summary>What it came to, once it has ended.</summary>
    public PointResult? Result { get; init; }

    public double DeviceSeconds { get; init; }

    /// <summary>The part of its run that the furthest candidate has trained, from 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What it would deliver of its best candidate as it stands; null before the first value.</summary>
    public double? Value { get; init; }

    public Direction Direction { get; init; }

    /// <summary>Seconds of its clock.</summary>
    public double Seconds { get; init; }

    /// <summary>The forecasts of its last decision; empty before.</summary>
    public ImmutableArray<Forecast> Forecasts { get; init; } = [];

    /// <summary>Candidates that may still train and have no forecast, such as those that have not begun.</summary>
    public int Unforeseen { get; init; }

    /// <summary>Seconds of the job's clock at which they were made.</summary>
    public double ForecastAt { get; init; }
}
