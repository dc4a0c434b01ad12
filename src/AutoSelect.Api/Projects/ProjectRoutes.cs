using System.Collections.Immutable;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Projects;

/// <summary>What projects may use and use. An operator of one project sets the limits of its users, but not its own.</summary>
internal static class ProjectRoutes
{
    public static async Task<IResult> List(ApiCall call)
    {
        var pool = await PoolReading.Read(call);
        var names = pool.Limits.Select(l => l.Project).Concat(pool.Facts.Demands.Select(d => d.Demand.Project))
            .Append(call.Caller.OnlyProject ?? JobSpec.DefaultProject).Where(call.Caller.Covers).Distinct().Order(StringComparer.Ordinal);
        return ApiCall.Json<ImmutableArray<ProjectStanding>>([.. names.Select(pool.Standing)]);
    }

    public static async Task<IResult> Describe(ApiCall call) => ApiCall.Json((await PoolReading.Read(call)).Standing(Project(call)));

    public static async Task<IResult> Limit(ApiCall call)
    {
        var project = Project(call);
        var asked = await ApiBody.Json<NewLimits>(call);
        if (asked.Whole is not null && call.Caller.OnlyProject is not null)
        {
            throw new ApiFaultException(StatusCodes.Status403Forbidden,
                $"whole is given: the key '{call.Caller.Id}' is good for project {project} alone, whose limits an operator of all projects "
                + "sets.");
        }
        if (asked.Users?.Count > ApiLimits.LimitedUsers)
            throw new ArgumentException($"users has {asked.Users.Count} names: it must have at most {ApiLimits.LimitedUsers}.");
        await call.Parts.Leases.ChangeLimits(project, known => known with
        {
            Whole = asked.Whole ?? known.Whole,
            EachUser = asked.EachUser ?? known.EachUser,
            Users = asked.Users ?? known.Users,
        });
        return ApiCall.Json((await PoolReading.Read(call)).Standing(project));
    }

    /// <summary>The project that the path names, where the caller may see it.</summary>
    private static string Project(ApiCall call)
    {
        var project = ProjectNames.Check(call.Part("project"));
        return call.Caller.Covers(project) ? project : throw new ApiFaultException(StatusCodes.Status403Forbidden,
            $"project is '{project}': the key '{call.Caller.Id}' is good for project {call.Caller.Project} alone.");
    }
}
