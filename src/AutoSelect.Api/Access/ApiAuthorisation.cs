using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Access;

/// <summary>Does what an operation asks for where the caller's role allows it, and has the audit log know.</summary>
internal sealed class ApiAuthorisation(ApiParts parts, ApiRun run, bool needsDeviceCertificates)
{
    private readonly RefusalPace refusals = new(run.Time);

    public async Task<IResult> Run(HttpContext context, ApiOperation operation)
    {
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException("Nobody was let in.");
        if (WhyNot(context, operation, caller) is { } reason)
        {
            await Refused(context, operation, caller);
            throw new ApiFaultException(StatusCodes.Status403Forbidden, reason);
        }
        ApiBody.CheckType(context.Request, operation);
        var call = new ApiCall(context, operation, caller, parts, run);
        if (operation.IsAudited) return await Audited(call, operation);
        try
        {
            return await operation.Handle(call);
        }
        catch (Exception e) when (ApiProblems.StatusOf(e) == StatusCodes.Status403Forbidden)
        {
            await Refused(context, operation, caller);
            throw;
        }
    }

    /// <summary>Why a caller may not ask for an operation, whatever its body says; null where they may.</summary>
    private string? WhyNot(HttpContext context, ApiOperation operation, Caller caller)
    {
        if (!operation.IsAllowedTo(caller))
        {
            var besides = operation.IsOfDevices && caller.Role != KeyRole.Operator ? "" : operation.Besides;
            return $"The key '{caller.Id}' has role {caller.Role}: {operation.Id} needs role {operation.Needs}{besides}.";
        }
        if (context.Request.RouteValues["device"] is string device && !caller.SpeaksFor(device))
        {
            return $"The device is '{device}': the key '{caller.Id}' speaks for '{caller.Name}' and for devices whose ids begin with "
                + $"'{caller.Name}-'.";
        }
        // Whoever has the owner's token is on this machine, and comes without TLS.
        return operation.IsOfDevices && needsDeviceCertificates && !caller.IsOwner && context.Connection.ClientCertificate is null
            ? $"{operation.Id} needs a client certificate of the server's device authority: the connection has none." : null;
    }

    private async Task Refused(HttpContext context, ApiOperation operation, Caller caller)
    {
        if (refusals.Next(caller.Id) is not { } unlisted) return;
        await parts.Audit.Add(Entry(context, operation, caller, "refused") with
        {
            Status = StatusCodes.Status403Forbidden,
            Unlisted = unlisted > 0 ? unlisted : null,
        });
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
            var answered = Entry(call.Context, operation, call.Caller, "answered") with
            {
                Status = status,
                Made = call.Made,
                RefusedPlace = call.RefusedPlace,
            };
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
        Project = caller.Project,
        Operation = operation.Id,
        Path = context.Request.Path,
        From = context.Connection.RemoteIpAddress?.ToString(),
    };
}
