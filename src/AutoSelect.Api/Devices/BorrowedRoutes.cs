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
        var visible = await DeviceRoutes.Visible(call, status.Refusals.Select(r => r.Job).OfType<JobId>());
        return ApiCall.Json(status with
        {
            Refusals = [.. status.Refusals.Select(r => r.Job is { } job ? r with { Job = visible(job) } : r)],
        });
    }
}
