using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>The list of jobs, and one of them.</summary>
internal static class JobLists
{
    public static async Task<IResult> List(ApiCall call)
    {
        var query = call.Query;
        var asked = query.Text("project");
        if (asked is not null) ProjectNames.Check(asked);
        // A project of others is empty: there is no telling it from one that is none.
        if (asked is not null && !call.Caller.Covers(asked)) return ApiCall.Json(new JobList([], null));
        var page = await call.Parts.Jobs.List(new JobQuery
        {
            Phases = [.. query.Texts("state").Select(Enum.Parse<JobPhase>).Distinct()],
            Text = query.Text("name"),
            Workload = query.Text("workload"),
            Projects = (asked ?? call.Caller.OnlyProject) is { } project ? [project] : [],
            Owner = query.Text("owner"),
            Labels = query.Pairs("label"),
            Labelled = query.Text("labelled"),
            By = query.Text("by") is { } by ? Enum.Parse<JobOrder>(by) : JobOrder.Submitted,
            NewestFirst = query.Flag("newest"),
            Size = (int)(query.Number("size") ?? ApiLimits.PageSize),
            After = query.Text("after"),
        });
        return ApiCall.Json(new JobList([.. page.Jobs], page.Next));
    }

    public static async Task<IResult> Describe(ApiCall call)
    {
        // In this order: readers go on with the events after the record's, which do a newer summary no harm. An older one would keep the
        // job from ending for whoever knows the event of its end.
        var record = await call.Record();
        return ApiCall.Json(RecordAnswers.Description(record, await call.Job()));
    }

    public static async Task<IResult> Delete(ApiCall call)
    {
        await call.Parts.Control.Remove((await call.Job()).Id);
        return TypedResults.NoContent();
    }
}
