using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace AutoSelect.Web;

/// <summary>
/// Answers with the pages of the dashboard, which are the same for everybody and hold no data: what they show they ask the API for.
/// </summary>
public static class WebFiles
{
    /// <summary>Nothing from elsewhere, no script or style in a page, no form, no frame.</summary>
    public const string SecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page that all views are drawn in.</summary>
    private const string Page = "index.html";

    /// <summary>Answers where there is such a file or view, and else hands on.</summary>
    public static Task Serve(HttpContext context, RequestDelegate next)
    {
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return isRead && Find(context.Request.Path.Value ?? "") is { } file ? Write(context, file) : next(context);
    }

    private static WebFile? Find(string path)
    {
        var name = path.TrimStart('/');
        var isOfOne = name.StartsWith("jobs/", StringComparison.Ordinal) || name.StartsWith("campaigns/", StringComparison.Ordinal);
        if (isOfOne || name is "" or "jobs" or "campaigns" or "devices" or "compare") name = Page;
        return WebFile.All.GetValueOrDefault(name);
    }

    private static async Task Write(HttpContext context, WebFile file)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue(file.Tag, isWeak: true);
        var headers = new ResponseHeaders(response.Headers)
        {
            ETag = tag,
            // Asked for again each time, so that a newer server's pages are never mixed with an older one's.
            CacheControl = new CacheControlHeaderValue { NoCache = true },
        };
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        response.Headers.ContentSecurityPolicy = SecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.XContentTypeOptions = "nosniff";
        var known = new RequestHeaders(request.Headers);
        if (known.IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var (bytes, encoding) = file.For(known.AcceptEncoding);
        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        if (HttpMethods.IsGet(request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
