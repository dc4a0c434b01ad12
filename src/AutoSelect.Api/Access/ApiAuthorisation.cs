using AutoSelect.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Access;

/// <summary>Does what an operation asks for where the caller's role allows it, and has the audit log know.</summary>
internal sealed class ApiAuthorisation(ApiParts parts, ApiRun run)
{
    public async Task<IResult> Run(HttpContext context, ApiOperation operation)
    {
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException("Nobody was let in.");
        if (caller.Role < operation.Needs)
        {
            await parts.Audit.Add(Entry(context, operation, caller, "refused") with { Status = StatusCodes.Status403Forbidden });
            throw new ApiFaultException(StatusCodes.Status403Forbidden,
                $"The key '{caller.Id}' has role {caller.Role}: {operation.Id} needs role {operation.Needs}.");
        }
        ApiBody.CheckType(context.Request, operation);
        var call = new ApiCall(context, operation, caller, parts, run);
        return operation.IsChange ? await Audited(call, operation) : await operation.Handle(call);
    }

    /// <summary>Told before anything is done, so that nothing is done which nobody knows of.</summary>
    private async Task<IResult> Audited(ApiCall call, ApiOperation operation)
    {
        await parts.Audit.Add(Entry(call.Context, operation, call.Caller, "asked"));
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            var result = await operation.Handle(call);
            status = operation.Status;
            return result;
        }
        catch (Exception e)
        {
            status = ApiProblems.StatusOf(e);
            throw;
        }
        finally
        {
            var answered = Entry(call.Context, operation, call.Caller, "answered") with { Status = status, Made = call.Made };
            try
            {
                await parts.Audit.Add(answered);
            }
            catch (IOException)
            {
                // It is done and was asked for on record: an error now would only mislead.
            }
        }
    }

    private AuditEntry Entry(HttpContext context, ApiOperation operation, Caller caller, string kind) => new()
    {
        Time = run.Time.GetUtcNow(),
        Request = context.TraceIdentifier,
        Kind = kind,
        Caller = caller.Id,
        Name = caller.Name,
        Operation = operation.Id,
        Path = context.Request.Path,
        From = context.Connection.RemoteIpAddress?.ToString(),
    };
}
