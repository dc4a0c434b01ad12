using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>Candidates that join a job while it runs.</summary>
internal static class JobAdditions
{
    public static async Task<IResult> Add(ApiCall call)
    {
        var text = await Submissions.JobBody(call);
        var record = await call.Record();
        // Before its workload is looked at: the reason why nobody can join it is worth more than what is wrong with who would.
        if (record.HasEnded) throw new InvalidOperationException($"Job '{record.Id}' has ended: no candidate can join.");
        JobPlaces.Check(call, record);
        var planned = JobPlaces.Text(call, text, "candidates");
        var (plan, addition) = await call.Run.Planning.Take(call, async () =>
        {
            var made = JobPlans.Checked(call, await Plan(call, record, planned));
            var most = record.Trials.Length + made.Spec.Candidates.Length;
            if (most > ApiLimits.Candidates)
                throw JobPlans.Refused(
                    [new(1, "candidates", $"The job would have {most} candidates: it must have at most {ApiLimits.Candidates}.")]);
            return (made, made.Addition(await call.Parts.Control.Forecast(made)));
        });
        await call.Parts.Control.Request(record.Id, JobRequest.Add(addition));
        var added = new AddedCandidates([.. addition.Candidates.Select(c => c.Name)], JobPlans.Notes(plan.Warnings));
        return ApiCall.Json(added, StatusCodes.Status202Accepted);
    }

    private static async Task<JobPlanning> Plan(ApiCall call, JobRecord record, JobText text)
    {
        try
        {
            return await call.Parts.Planner.PlanAddition(text, record.Spec, JobPlans.Silent, call.Aborted);
        }
        catch (WorkloadRefusedException e)
        {
            throw new InvalidOperationException($"The workload of job '{record.Id}' is refused now: {e.Message}", e);
        }
    }
}
