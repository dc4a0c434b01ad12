using System.Collections.Immutable;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Devices;

/// <summary>What is borrowed. All may see that; which job lacks something only those of its project.</summary>
internal static class BorrowedRoutes
{
    public static async Task<IResult> Borrowed(ApiCall call)
    {
        var status = await call.Parts.Borrowed();
        var refusals = ImmutableArray.CreateBuilder<NotLent>(status.Refusals.Length);
        foreach (var refusal in status.Refusals)
            refusals.Add(refusal.Job is { } job ? refusal with { Job = await DeviceRoutes.Visible(call, job) } : refusal);
        return ApiCall.Json(status with { Refusals = refusals.ToImmutable() });
    }
}
