using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Device seconds of one trial.</summary>
internal sealed record TrialAccount(TrialId Trial, int Segments, double Training, double Evaluation, double Overhead)
{
    public double Total => Training + Evaluation + Overhead;
}

/// <summary>Where the device time of a job went, in seconds.</summary>
internal sealed record Accounting
{
    public required ImmutableArray<TrialAccount> Trials { get; init; }
    public required double Training { get; init; }
    public required double Evaluation { get; init; }
    public required double Overhead { get; init; }

    /// <summary>Seconds of all trials but the winner's: what finding out took. All of it while there is no winner.</summary>
    public required double Probe { get; init; }

    /// <summary>Seconds of evaluating and writing the answer at the end.</summary>
    public required double Writing { get; init; }

    public required double WallClock { get; init; }

    /// <summary>Devices that the job has used or been given.</summary>
    public required int Devices { get; init; }

    public double Total => Training + Evaluation + Overhead;

    /// <summary>Share of the probe in all device seconds; 0 when nothing was charged.</summary>
    public double ProbeShare => Total > 0 ? Probe / Total : 0;

    /// <summary>Share of devices × wall clock in which a device worked on the job; null before any time has passed.</summary>
    public double? Utilisation => Devices * WallClock > 0 ? Total / (Devices * WallClock) : null;

    public static Accounting FromRecord(JobRecord record)
    {
        var trials = record.Trials.Select(t => new TrialAccount(t.Id, t.Segments.Length,
            t.Segments.Sum(s => s.Devices * s.DeviceSeconds), t.Segments.Sum(s => s.Devices * s.EvaluationSeconds),
            t.Segments.Sum(s => s.Devices * s.OverheadSeconds))).ToImmutableArray();
        return new Accounting
        {
            Trials = trials,
            Training = trials.Sum(t => t.Training),
            Evaluation = trials.Sum(t => t.Evaluation),
            Overhead = trials.Sum(t => t.Overhead),
            Probe = record.ProbeSeconds,
            Writing = record.Trials.SelectMany(t => t.Segments).Where(s => s.IsExport).Sum(s => s.ChargedSeconds),
            WallClock = record.ElapsedSeconds,
            Devices = record.Devices.Select(d => d.Id)
                .Concat(record.Trials.SelectMany(t => t.Segments).SelectMany(s => s.Members()).Select(m => m.Device)).Distinct().Count(),
        };
    }
}
