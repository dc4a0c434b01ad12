using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Kubernetes;

/// <summary>The provider against an HTTP stand-in: no Kubernetes ran here.</summary>
public sealed class KubernetesHttpStandInTests : IDisposable
{
    private readonly KubernetesHttpStandIn standIn = new();
    private readonly KubernetesProvider provider;
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public KubernetesHttpStandInTests() =>
        provider = new KubernetesProvider(standIn.Client, DeviceJobTests.Options, TimeProvider.System);

    private static DeviceRequest Request(string id = "r1", string of = "queued") =>
        new(Label(id), DeviceJobTests.Options.Classes.Single(c => c.Device.Name == of).Device, TimeSpan.FromMinutes(10));

    private async Task<DeviceObservation> Observe() => Assert.Single(await provider.Observe(Control, cancellation));

    public void Dispose() => standIn.Dispose();

    [Fact]
    public async Task ARequestIsAJobAndTheSameLabelIsNoSecondOne()
    {
        await provider.Request(Request(), cancellation);
        await provider.Request(Request(), cancellation);
        Assert.Equal(["autoselect-c1-r1"], standIn.JobsByName.Keys);
        var seen = await Observe();
        Assert.Equal(
            (Label("r1"), "queued", BorrowState.Queued, "suspended", Start),
            (seen.Label, seen.Class, seen.State, seen.Detail, seen.Submitted));
    }

    [Fact]
    public async Task OnlyOnesOwnJobsAreListed()
    {
        await provider.Request(Request(), cancellation);
        Assert.Empty(await provider.Observe(new ControlId("c2"), cancellation));
        Assert.Contains(standIn.Calls, c => c.Contains("labelSelector=autoselect%2fcontrol%3dc2", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ItStartsRunsAndIsPreempted()
    {
        await provider.Request(Request(), cancellation);
        var job = standIn.JobsByName["autoselect-c1-r1"];
        job.Spec.Suspend = false;
        job.Status = new V1JobStatus { StartTime = Start.AddSeconds(30).UtcDateTime };
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = "autoselect-c1-r1-x",
                Labels = job.Spec.Template.Metadata.Labels,
                OwnerReferences = [new V1OwnerReference { ApiVersion = "batch/v1", Kind = "Job", Name = job.Metadata.Name, Uid = "u" }],
            },
            Spec = new V1PodSpec { Containers = [], NodeName = "n1" },
            Status = new V1PodStatus { Phase = "Pending" },
        };
        standIn.PodList.Add(pod);
        Assert.Equal(BorrowState.Starting, (await Observe()).State);
        pod.Status.Phase = "Running";
        var running = await Observe();
        Assert.Equal((BorrowState.Running, Start.AddSeconds(30), Start.AddSeconds(630)), (running.State, running.Start, running.Ends));
        pod.Status.Conditions = [new V1PodCondition { Type = "DisruptionTarget", Status = "True", Reason = "PreemptionByScheduler" }];
        var noticed = await Observe();
        Assert.Equal((BorrowState.Ending, EndReason.Preempted), (noticed.State, noticed.Reason));
        Assert.Equal("DisruptionTarget (PreemptionByScheduler)", noticed.Detail);
        standIn.PodList.Clear();
        job.Status.Conditions = [new V1JobCondition { Type = "Failed", Status = "True", Reason = "PodFailurePolicy" }];
        var gone = await Observe();
        Assert.Equal((BorrowState.Gone, EndReason.Preempted), (gone.State, gone.Reason));
    }

    [Fact]
    public async Task AReleasedJobIsEndingUntilItsPodHasEnded()
    {
        await provider.Request(Request(), cancellation);
        await provider.Release(Label("r1"), cancellation);
        Assert.Equal(BorrowState.Ending, (await Observe()).State);
        Assert.Contains(standIn.Calls, c => c.StartsWith("DELETE", StringComparison.Ordinal) && c.Contains("propagationPolicy=Foreground"));
        standIn.JobsByName.Clear();
        await provider.Release(Label("r1"), cancellation);
        Assert.Empty(await provider.Observe(Control, cancellation));
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(422, true)]
    [InlineData(500, false)]
    [InlineData(401, false)]
    public async Task RefusalsAreToldFromAServerThatDoesNotAnswer(int status, bool isRefused)
    {
        standIn.Fault = KubernetesHttpStandIn.Status(status, "exceeded quota");
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => provider.Request(Request(), cancellation));
        Assert.IsType(isRefused ? typeof(RequestRefusedException) : typeof(ProviderUnavailableException), fault);
        Assert.EndsWith($"{status}: exceeded quota", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(502, "<html>")]
    public async Task WhatIsNoAnswerOfTheApiIsAnAnswerThatIsMissing(int status, string body)
    {
        standIn.Fault = (status, body);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => provider.Observe(Control, cancellation));
    }

    [Fact]
    public async Task NoServerIsAnAnswerThatIsMissing()
    {
        standIn.Dispose();
        using var client = new k8s.Kubernetes(new k8s.KubernetesClientConfiguration { Host = "http://127.0.0.1:1" });
        var away = new KubernetesProvider(client, DeviceJobTests.Options, TimeProvider.System);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => away.Observe(Control, cancellation));
    }

    [Fact]
    public async Task WhatACrashedBorrowerLeftIsGivenBackByTheNext()
    {
        var time = new FakeTimeProvider(Start);
        Borrower New() => new(provider, Control, new BorrowingOptions(), time, NullLogger<Borrower>.Instance);
        await New().Round(new PoolView([Want(2)], []), cancellation);
        Assert.Equal(2, standIn.JobsByName.Count);
        Assert.Equal(2, (await New().Round(new PoolView([], []), cancellation)).Moves.Releases.Length);
        Assert.All(standIn.JobsByName.Values, j => Assert.NotNull(j.Metadata.DeletionTimestamp));
    }
}
