using System.Collections.Immutable;
using k8s;
using k8s.Models;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Kubernetes;

public sealed class DeviceJobTests
{
    internal static readonly KubernetesOptions Options = new()
    {
        Namespace = "devices",
        Command = new DeviceCommand("/device", "--device", "{device}", "$(HOME) $$"),
        CheckpointTime = TimeSpan.FromSeconds(45.2),
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("DATA", "$(pwd)"),
        Classes =
        [
            new KubernetesClass
            {
                Device = Class("queued"),
                Image = "device:1",
                Queue = "spare",
                Resources = ImmutableSortedDictionary<string, string>.Empty.Add("nvidia.com/gpu", "1"),
                PriorityClass = "low",
                NodeSelector = ImmutableSortedDictionary<string, string>.Empty.Add("spot", "true"),
                Tolerations = [new V1Toleration { Key = "spot", OperatorProperty = "Exists" }],
            },
            new KubernetesClass { Device = Class("plain", price: .02), Image = "device:1" },
        ],
    };

    private static V1Job Make(int of = 0) => DeviceJob.Make(
        Options, Options.Classes[of], new DeviceRequest(Label("r1"), Options.Classes[of].Device, TimeSpan.FromSeconds(600.5)));

    [Fact]
    public void AJobIsOnePodThatIsTriedOnceAndEndsWithTheLease()
    {
        var job = Make();
        Assert.Equal(("autoselect-c1-r1", "devices"), (job.Metadata.Name, job.Metadata.NamespaceProperty));
        Assert.Equal((0, 601L, 300), (job.Spec.BackoffLimit, job.Spec.ActiveDeadlineSeconds, job.Spec.TtlSecondsAfterFinished));
        var pod = job.Spec.Template.Spec;
        Assert.Equal(("Never", 46L, false), (pod.RestartPolicy, pod.TerminationGracePeriodSeconds, pod.AutomountServiceAccountToken));
        Assert.Equal(("low", "true", "spot"), (pod.PriorityClassName, pod.NodeSelector["spot"], pod.Tolerations[0].Key));
        Assert.Equal("1", pod.Containers[0].Resources.Limits["nvidia.com/gpu"].ToString());
    }

    [Fact]
    public void ClaimsAreMountedWhereTheSettingsSay()
    {
        Assert.Null(Make().Spec.Template.Spec.Volumes);
        var volumes = ImmutableSortedDictionary<string, string>.Empty.Add("data", "/data").Add("shared", "/shared");
        var pod = DeviceJob.Make(Options with { Volumes = volumes }, Options.Classes[1],
            new DeviceRequest(Label("r1"), Options.Classes[1].Device, TimeSpan.FromSeconds(600))).Spec.Template.Spec;
        var claims = pod.Volumes.ToDictionary(v => v.Name, v => v.PersistentVolumeClaim.ClaimName);
        Assert.Equal(
            [("data", "/data"), ("shared", "/shared")], pod.Containers[0].VolumeMounts.Select(m => (claims[m.Name], m.MountPath)));
    }

    [Fact]
    public void LabelsNameTheControlSideTheClassAndTheQueue()
    {
        var labels = Make().Metadata.Labels;
        Assert.Equal("c1", labels["autoselect/control"]);
        Assert.Equal("queued", labels["autoselect/class"]);
        Assert.Equal("spare", labels["kueue.x-k8s.io/queue-name"]);
        Assert.Equal("c1", Make().Spec.Template.Metadata.Labels["autoselect/control"]);
    }

    [Fact]
    public void OnlyWithAQueueIsItMadeSuspended()
    {
        Assert.True(Make(0).Spec.Suspend);
        Assert.False(Make(1).Spec.Suspend);
        Assert.DoesNotContain("kueue.x-k8s.io/queue-name", Make(1).Metadata.Labels.Keys);
    }

    [Fact]
    public void ADisruptionIsWrittenDownInTheJob()
    {
        var rule = Assert.Single(Make().Spec.PodFailurePolicy.Rules);
        Assert.Equal(("FailJob", "DisruptionTarget"), (rule.Action, Assert.Single(rule.OnPodConditions).Type));
    }

    [Fact]
    public void DollarsAreNoVariables()
    {
        var container = Make().Spec.Template.Spec.Containers[0];
        Assert.Equal(["/device", "--device", "autoselect-c1-r1", "$$(HOME) $$$$"], container.Command);
        Assert.Equal("$$(pwd)", container.Env[0].Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheStrictLoaderOfTheOfficialClientTakesIt(int of) => Assert.Equal(
        Make(of).Metadata.Name, KubernetesYaml.Deserialize<V1Job>(KubernetesYaml.Serialize(Make(of)), strict: true).Metadata.Name);
}
