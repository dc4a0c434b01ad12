using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>What the job of a point came to.</summary>
internal static class PointResults
{
    /// <summary>Reads it from a job that has ended.</summary>
    /// <exception cref="ApiRefusalException">The job is gone.</exception>
    public static async Task<PointResult> Read(ApiClient client, JobDescription job, CancellationToken ct)
    {
        var (summary, objective) = (job.Summary, job.Spec.Objective);
        var candidates = await client.ListCandidates(summary.Id, ct);
        // Of a job that was stopped the best by then stands for what it came to.
        var best = candidates.Where(c => c.Value is { } v && double.IsFinite(v))
            .OrderBy(c => objective.Direction == Direction.Maximize ? -c.Value!.Value : c.Value!.Value).FirstOrDefault();
        var winner = candidates.FirstOrDefault(c => c.Trial == summary.Outcome?.Winner);
        var told = winner ?? best;
        var curves = told is null ? [] : await client.ReadCurves(summary.Id, points: 24, trial: told.Trial, ct: ct);
        return new PointResult
        {
            Phase = summary.Phase,
            Summary = summary.Outcome?.Summary ?? "",
            Direction = objective.Direction,
            ObjectiveMet = summary.Outcome?.ObjectiveMet == true,
            Value = summary.Outcome?.Value ?? told?.Value,
            SecondsToTarget = summary.Outcome?.SecondsToTarget,
            Seconds = summary.ElapsedSeconds,
            DeviceSeconds = summary.ChargedSeconds,
            ProbeSeconds = summary.ProbeSeconds,
            Winner = winner is null ? null : Arms.Key(Arms.Own(job.Spec, winner.Candidate)),
            WinnerName = winner?.Candidate.Name,
            TookPart = [.. candidates.Where(c => c.Step > 0).Select(c => Arms.Key(Arms.Own(job.Spec, c.Candidate)))],
            Curve = curves.IsEmpty ? [] : BestSoFar(curves[0].Points, objective),
        };
    }

    /// <summary>The points of a curve that are better than all before.</summary>
    public static ImmutableArray<BestByThen> BestSoFar(ImmutableArray<CurvePoint> points, Objective objective)
    {
        var best = ImmutableArray.CreateBuilder<BestByThen>();
        foreach (var point in points)
        {
            var value = point.Deliverable(objective.Direction);
            if (!double.IsFinite(value) || (best.Count > 0 && !objective.IsBetter(value, best[^1].Value))) continue;
            best.Add(new BestByThen(point.DeviceSeconds, value));
        }
        return best.ToImmutable();
    }
}
