using System.Text.Json.Nodes;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests.Documents;

/// <summary>The OpenAPI document, as it is served and as it is checked in.</summary>
public sealed class OpenApiTests
{
    /// <summary>Set to 1 to write docs/openapi.json anew.</summary>
    private const string UpdateVariable = "AUTOSELECT_UPDATE_OPENAPI";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_that_is_checked_in_is_that_of_the_code()
    {
        var (path, now) = (CheckedIn(), (await Document()).ToJsonString(new() { WriteIndented = true }) + "\n");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") await File.WriteAllTextAsync(path, now, Cancelled);
        Assert.True(File.Exists(path) && await File.ReadAllTextAsync(path, Cancelled) == now,
            $"docs/openapi.json is not what the code says: run this test with {UpdateVariable}=1 and look at the difference.");
    }

    [Fact]
    public async Task It_has_every_operation_with_its_parameters_and_every_answer_that_is_a_problem()
    {
        var document = await Document();
        Assert.Equal("3.1.1", (string?)document["openapi"]);
        var found = 0;
        foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var (method, operation) in methods!.AsObject())
            {
                var known = ApiOperations.All.Single(o => o.Id == (string?)operation!["operationId"]);
                Assert.Equal((known.Path, known.Method.ToLowerInvariant()), (path, method));
                var parameters = operation!["parameters"]?.AsArray().Select(p => (string)p!["name"]!) ?? [];
                Assert.Subset(parameters.ToHashSet(), known.Parameters.Select(p => p.Name).ToHashSet());
                AssertProblems(document, known.Id, operation["responses"]!.AsObject());
                Assert.NotNull(operation["responses"]![$"{known.Status}"]);
                Assert.StartsWith($"/v1/{operation["tags"]!.AsArray().Single()}", path);
                found++;
            }
        Assert.Equal(ApiOperations.All.Length, found);
    }

    [Fact]
    public async Task No_schema_is_open_where_a_type_is_known()
    {
        var schemas = (await Document())["components"]!["schemas"]!.AsObject();
        // Numbers are numbers, words say what they are, and ids are text.
        Assert.Equal("integer", (string?)schemas["CurvePoint"]!["properties"]!["step"]!["type"]);
        Assert.Equal("string", (string?)schemas["JobPhase"]!["type"]);
        Assert.Equal("string", (string?)Resolved(schemas, schemas["JobSummary"]!["properties"]!["id"]!)["type"]);
        Assert.Null(schemas["CurvePoint"]!["properties"]!["value"]!["type"]);
        Assert.Contains("NaN", schemas["CurvePoint"]!["properties"]!["value"]!.ToJsonString());
    }

    private static JsonNode Resolved(JsonObject schemas, JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? schemas[reference.Split('/')[^1]]! : schema;

    private static void AssertProblems(JsonNode document, string id, JsonObject responses)
    {
        var refusals = responses.Where(r => r.Key[0] is '4' or '5').ToList();
        Assert.Subset(refusals.Select(r => r.Key).ToHashSet(), new HashSet<string> { "400", "401", "403", "503" });
        foreach (var (status, answer) in refusals)
        {
            var schema = answer!["content"]!["application/problem+json"]!["schema"]!;
            Assert.True((string?)schema["$ref"] == "#/components/schemas/ApiProblem", $"{id} {status}: {schema}");
        }
        Assert.NotNull(document["components"]!["schemas"]!["ApiProblem"]!["properties"]!["detail"]);
    }

    private static async Task<JsonNode> Document()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        return JsonNode.Parse(await client.DescribeApi(Cancelled))!;
    }

    private static string CheckedIn() => Path.Combine(SourceTree.Root, "docs", "openapi.json");
}
