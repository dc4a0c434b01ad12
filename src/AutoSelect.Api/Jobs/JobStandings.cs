using System.Collections.Immutable;
using System.Text;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.Winners;
using AutoSelect.Selection.Replay;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>What a job's candidates have come to: standings, curves, forecasts, decisions, and what can be read off them.</summary>
internal static class JobStandings
{
    public static async Task<IResult> Candidates(ApiCall call) => ApiCall.Json(RecordAnswers.Candidates(await call.Record()));

    public static async Task<IResult> Curves(ApiCall call)
    {
        var record = await call.Record();
        var most = (int)(call.Query.Number("points") ?? ApiLimits.CurvePoints);
        TrialId? trial = call.Query.Text("trial") is { } id ? ApiCall.Trial(record, id).Id : null;
        return ApiCall.Json(RecordAnswers.Curves(
            record, most, call.Query.Text("method") == "minmax", call.Query.Flag("columns"), trial));
    }

    public static async Task<IResult> Forecasts(ApiCall call)
    {
        var record = await call.Record();
        if (call.Query.Flag("each")) return ApiCall.Json(RecordAnswers.LatestForecasts(record));
        var rungs = call.Query.Number("rung") is { } rung
            ? record.Rungs.Where(r => r.Rung == rung) : record.Rungs.Where(r => !r.Forecasts.IsEmpty).TakeLast(1);
        return ApiCall.Json<ImmutableArray<RungForecasts>>([.. rungs.Select(r => new RungForecasts(r.Rung, r.DecidedAt, r.Forecasts))]);
    }

    public static async Task<IResult> Decisions(ApiCall call) =>
        ApiCall.Json(RecordAnswers.Decisions(await call.Record(), call.Query.Number("since") ?? 0));

    public static async Task<IResult> Chances(ApiCall call) => ApiCall.Json(JobAnalyses.Chances(await call.Record()));

    public static async Task<IResult> Analysis(ApiCall call) => ApiCall.Json(JobAnalyses.FromRecord(await call.Record()));

    public static async Task<IResult> Winner(ApiCall call)
    {
        var record = await call.Record();
        var catalogue = await call.Parts.Planner.ReadCatalogue(record.Spec, call.Aborted);
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
