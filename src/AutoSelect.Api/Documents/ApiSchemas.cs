using AutoSelect.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoSelect.Api.Documents;

/// <summary>Says of types with a form of their own in JSON what that is.</summary>
internal static class ApiSchemas
{
    private static readonly Type[] Ids = [typeof(JobId), typeof(TrialId), typeof(DeviceId)];

    public static Task Transform(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (Ids.Contains(inner)) schema.Type = JsonSchemaType.String | (inner == type ? 0 : JsonSchemaType.Null);
        if (inner.IsEnum) schema.Type = JsonSchemaType.String;
        // A number or one of three words, and no object.
        if (inner == typeof(double) && schema.AnyOf is { Count: > 0 }) schema.Type = null;
        return Task.CompletedTask;
    }
}
