using System.Net;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests;

/// <summary>What every error must look like.</summary>
internal static class Problems
{
    public static async Task<ApiProblem> IsProblem(this HttpResponseMessage answer, HttpStatusCode status, string detail = "")
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonSerializer.Deserialize<ApiProblem>(text, RecordJson.Options)!;
        Assert.Equal((int)status, problem.Status);
        Assert.NotEmpty(problem.Title);
        Assert.Contains(detail, problem.Detail, StringComparison.Ordinal);
        return problem;
    }
}
