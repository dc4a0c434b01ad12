using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AutoSelect.Api.Requests;

/// <summary>Reads bodies, of which the server takes at most <see cref="ApiLimits.BodyBytes"/>.</summary>
internal static class ApiBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a body whose type the operation does not take.</summary>
    /// <exception cref="ApiFaultException">It is of another type.</exception>
    public static void CheckType(HttpRequest request, ApiOperation operation)
    {
        if (operation.Takes.IsEmpty || request.ContentLength == 0 || request is { ContentLength: null, ContentType: null }) return;
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && operation.Takes.Contains(type.MediaType.Value ?? "", StringComparer.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))) return;
        throw new ApiFaultException(StatusCodes.Status415UnsupportedMediaType,
            $"Content-Type is '{request.ContentType}': it must be one of {string.Join(", ", operation.Takes)}, in UTF-8.");
    }

    /// <exception cref="ArgumentException">It is no UTF-8.</exception>
    public static async Task<string> Text(ApiCall call)
    {
        using var bytes = new MemoryStream();
        await call.Context.Request.Body.CopyToAsync(bytes, call.Aborted);
        try
        {
            var text = Strict.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            // The mark that some editors begin a file with.
            return text is ['\uFEFF', ..] ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new ArgumentException($"The body is no UTF-8: byte {e.Index} cannot be read.", e);
        }
    }

    /// <summary>A JSON body; the default where there is none.</summary>
    /// <exception cref="JsonException">It is no JSON of that kind.</exception>
    /// <exception cref="ArgumentException">It is null.</exception>
    public static async Task<T> Json<T>(ApiCall call, T? otherwise = default)
    {
        var text = await Text(call);
        if (string.IsNullOrWhiteSpace(text) && otherwise is not null) return otherwise;
        return JsonSerializer.Deserialize<T>(text, RecordJson.Options) ?? throw new ArgumentException("The body is null: it must be JSON.");
    }
}
