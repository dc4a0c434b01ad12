using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What was stored before jobs had projects and owners.</summary>
public sealed class OlderJobsTests
{
    [Fact]
    public void A_job_without_project_and_owner_has_the_default_one_and_none()
    {
        var spec = Without(Samples.Spec("a"));
        Assert.Equal((JobSpec.DefaultProject, "", null), (spec.Project, spec.Owner, spec.SubmissionDigest));
        var summary = Without(Samples.Summary(new JobId("a-1")));
        Assert.Equal((JobSpec.DefaultProject, ""), (summary.Project, summary.Owner));
    }

    private static T Without<T>(T value)
    {
        var json = JsonSerializer.SerializeToNode(value, RecordJson.Options)!.AsObject();
        Assert.True(json.Remove("project") && json.Remove("owner"));
        json.Remove("submissionDigest");
        return json.Deserialize<T>(RecordJson.Options)!;
    }
}
