using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AutoSelect.Api.Documents;

/// <summary>The OpenAPI document of the API, made of the table of operations.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = RecordJson.Options;
            (json.SerializerOptions.NumberHandling, json.SerializerOptions.DefaultIgnoreCondition) =
                (options.NumberHandling, options.DefaultIgnoreCondition);
        });
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddSchemaTransformer(ApiSchemas.Transform);
            options.AddOperationTransformer(ApiOperationDocument.Transform);
            options.AddDocumentTransformer(Describe);
        });
    }

    public static async Task<IResult> Show(ApiCall call)
    {
        var documents = call.Context.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await documents.GetOpenApiDocumentAsync(call.Aborted);
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, call.Aborted);
        return TypedResults.Text(text, "application/json");
    }

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "AutoSelect",
            Version = Name,
            Description = "Jobs that train candidate training algorithms side by side and commit to the best. Numbers that are not finite "
                + "are written as the strings NaN, Infinity and -Infinity. Every error is problem details (RFC 9457).",
        };
        // Where a server listens is not the document's matter.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["key"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key, or the token in api.json of a store.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
        return Task.CompletedTask;
    }
}
