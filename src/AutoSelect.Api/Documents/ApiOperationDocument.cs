using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace AutoSelect.Api.Documents;

/// <summary>Writes into the document what the table of operations says of one.</summary>
internal static partial class ApiOperationDocument
{
    /// <summary>What everything may be refused with.</summary>
    private static readonly int[] AnyRefusal = [400, 401, 403, 503];

    public static async Task Transform(OpenApiOperation document, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var operation = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().First();
        document.OperationId = operation.Id;
        document.Summary = operation.Summary;
        document.Description = $"Needs role {operation.Needs}{operation.Besides}.";
        document.Parameters = [.. PathParts(operation).Select(PathParameter), .. operation.Parameters.Select(Parameter)];
        if (!operation.Takes.IsEmpty) document.RequestBody = await Body(operation, context, ct);
        foreach (var (status, response) in document.Responses ?? [])
            response.Description = ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture));
        if (operation.Answer is null && document.Responses![$"{operation.Status}"] is OpenApiResponse plain)
            plain.Content = operation.Gives.ToDictionary(t => t, _ => Media(new OpenApiSchema()));
    }

    /// <summary>What the endpoint says of its answers.</summary>
    public static IEnumerable<object> Metadata(ApiOperation operation) =>
    [
        operation,
        // Else it would be that of the program that serves it.
        new TagsAttribute(operation.Path.Split('/')[2].Split('.')[0]),
        new ProducesResponseTypeMetadata(operation.Status, operation.Answer ?? typeof(void), [.. operation.Gives]),
        .. operation.Otherwise is { } nothing ? [new ProducesResponseTypeMetadata(nothing, typeof(void), [])]
            : Array.Empty<ProducesResponseTypeMetadata>(),
        .. AnyRefusal.Concat(operation.Refusals).Order().Select(
            status => new ProducesResponseTypeMetadata(status, typeof(ApiProblem), [ApiProblems.MediaType])),
    ];

    private static IEnumerable<string> PathParts(ApiOperation operation) => Parts().Matches(operation.Path).Select(m => m.Groups[1].Value);

    private static IOpenApiParameter PathParameter(string name) => new OpenApiParameter
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static IOpenApiParameter Parameter(ApiParameter parameter)
    {
        IOpenApiSchema one = parameter.Kind switch
        {
            ApiParameterKind.Number => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int64",
                Minimum = $"{parameter.Minimum}",
                Maximum = parameter.Maximum == long.MaxValue ? null : $"{parameter.Maximum}",
            },
            ApiParameterKind.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            _ when !parameter.Words.IsEmpty =>
                new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. parameter.Words.Select(w => (JsonNode)w)] },
            _ => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = (int)parameter.Maximum },
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Description = parameter.Description,
            Schema = parameter.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
        };
    }

    private static async Task<OpenApiRequestBody> Body(
        ApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var schema = operation.Body is { } type ? await context.GetOrCreateSchemaAsync(type, null, ct)
            : new OpenApiSchema { Description = "A job file, or a part of one: docs/job-file.md, docs/job.schema.json." };
        return new OpenApiRequestBody
        {
            Required = operation.Body != typeof(RequestReason),
            Content = operation.Takes.ToDictionary(t => t, _ => Media(schema)),
        };
    }

    private static OpenApiMediaType Media(IOpenApiSchema schema) => new OpenApiMediaType { Schema = schema };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parts();
}
