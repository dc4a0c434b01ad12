using System.Collections.Immutable;
using System.Text;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Planning.Winners;
using AutoSelect.Selection.Replay;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>What a job's candidates have come to: standings, curves, forecasts, decisions.</summary>
internal static class JobStandings
{
    public static async Task<IResult> Candidates(ApiCall call)
    {
        var record = await call.Record();
        var direction = record.Spec.Objective.Direction;
        return ApiCall.Json<ImmutableArray<CandidateProgress>>([.. record.Trials.Select(t => new CandidateProgress
        {
            Trial = t.Id,
            Candidate = t.Candidate,
            State = t.State,
            Reason = t.Reason,
            Step = t.Curve.IsEmpty ? 0 : t.Curve[^1].Step,
            HorizonSteps = t.HorizonSteps,
            Value = t.Curve.IsEmpty ? null : t.Curve[^1].Deliverable(direction),
            ChargedSeconds = t.ChargedSeconds,
            Restarts = t.Restarts,
        })]);
    }

    public static async Task<IResult> Curves(ApiCall call)
    {
        var record = await call.Record();
        var most = (int)(call.Query.Number("points") ?? ApiLimits.CurvePoints);
        var isExtremes = call.Query.Text("method") == "minmax";
        IEnumerable<Trial> trials = call.Query.Text("trial") is { } id ? [ApiCall.Trial(record, id)] : record.Trials;
        var direction = record.Spec.Objective.Direction;
        return ApiCall.Json<ImmutableArray<TrialCurve>>([.. trials.Select(t => new TrialCurve
        {
            Trial = t.Id,
            Candidate = t.Candidate.Name,
            Points = isExtremes ? FewerPoints.Extremes(t.Curve, most, direction) : FewerPoints.LargestTriangles(t.Curve, most, direction),
            Measured = t.Curve.Length,
        })]);
    }

    public static async Task<IResult> Forecasts(ApiCall call)
    {
        var record = await call.Record();
        var rungs = call.Query.Number("rung") is { } rung
            ? record.Rungs.Where(r => r.Rung == rung) : record.Rungs.Where(r => !r.Forecasts.IsEmpty).TakeLast(1);
        return ApiCall.Json<ImmutableArray<RungForecasts>>([.. rungs.Select(r => new RungForecasts(r.Rung, r.DecidedAt, r.Forecasts))]);
    }

    public static async Task<IResult> Decisions(ApiCall call)
    {
        var since = call.Query.Number("since") ?? 0;
        return ApiCall.Json<ImmutableArray<RungRecord>>(
            [.. (await call.Record()).Rungs.Where(r => r.Rung >= since).Select(r => r with { Forecasts = [] })]);
    }

    public static async Task<IResult> Winner(ApiCall call)
    {
        var (record, catalogue) = (await call.Record(), await call.Parts.Planner.ReadCatalogue(call.Aborted));
        return call.Query.Text("as") == "csharp"
            ? TypedResults.Text(WinnerCode.Write(record, catalogue), "text/plain", Encoding.UTF8)
            : TypedResults.Text(WinnerJobFile.Write(record, catalogue), "application/yaml", Encoding.UTF8);
    }

    public static async Task<IResult> Export(ApiCall call)
    {
        var curves = RecordedCurves.Export(await call.Record());
        return TypedResults.Stream(async body =>
        {
            foreach (var curve in curves) await Lines.Write(body, curve, call.Aborted);
        }, "application/jsonl");
    }
}
