using k8s.Models;

namespace AutoSelect.Providers;

/// <summary>The Kubernetes Job of one request: one pod, tried once, ended at the lease's end.</summary>
internal static class DeviceJob
{
    public const string ControlLabel = "autoselect/control";
    public const string ClassLabel = "autoselect/class";
    public const string QueueLabel = "kueue.x-k8s.io/queue-name";

    /// <summary>The condition of a pod that was preempted, evicted or drained.</summary>
    public const string Disruption = "DisruptionTarget";

    public static V1Job Make(KubernetesOptions options, KubernetesClass of, DeviceRequest request)
    {
        var labels = new Dictionary<string, string>
        {
            ["app.kubernetes.io/name"] = "autoselect-device",
            [ControlLabel] = request.Label.Control.Value,
            [ClassLabel] = of.Device.Name,
        };
        var jobLabels = new Dictionary<string, string>(labels);
        if (of.Queue is { } queue) jobLabels[QueueLabel] = queue;
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new V1ObjectMeta { Name = request.Label.ToString(), NamespaceProperty = options.Namespace, Labels = jobLabels },
            Spec = new V1JobSpec
            {
                Suspend = of.Queue is not null,
                BackoffLimit = 0,
                ActiveDeadlineSeconds = Seconds(request.AtMost),
                TtlSecondsAfterFinished = (int)Seconds(options.KeepEnded),
                PodFailurePolicy = FailOnDisruption(),
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = Pod(options, of, request),
                },
            },
        };
    }

    /// <summary>
    /// Writes a disruption down in the job itself: its pod may be gone before anybody looks, and without this rule a job that is not to be
    /// tried again does not say why its pod failed.
    /// </summary>
    private static V1PodFailurePolicy FailOnDisruption() => new()
    {
        Rules =
        [
            new V1PodFailurePolicyRule
            {
                Action = "FailJob",
                OnPodConditions = [new V1PodFailurePolicyOnPodConditionsPattern { Type = Disruption, Status = "True" }],
            },
        ],
    };

    private static V1PodSpec Pod(KubernetesOptions options, KubernetesClass of, DeviceRequest request)
    {
        var resources = of.Resources.ToDictionary(r => r.Key, r => new ResourceQuantity(r.Value));
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            TerminationGracePeriodSeconds = Seconds(options.CheckpointTime),
            AutomountServiceAccountToken = false,
            PriorityClassName = of.PriorityClass,
            NodeSelector = of.NodeSelector.IsEmpty ? null : of.NodeSelector.ToDictionary(),
            Volumes = options.Volumes.IsEmpty ? null : [.. options.Volumes.Keys.Select((claim, i) => new V1Volume
            {
                Name = VolumeName(i),
                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim },
            })],
            Tolerations = of.Tolerations.IsEmpty ? null : [.. of.Tolerations],
            Containers =
            [
                new V1Container
                {
                    Name = "device",
                    Image = of.Image,
                    Command = [.. options.Command.For(request).Select(Literal)],
                    Env = [.. options.Environment.Select(e => new V1EnvVar { Name = e.Key, Value = Literal(e.Value) })],
                    Resources = new V1ResourceRequirements { Requests = resources, Limits = resources },
                    VolumeMounts = options.Volumes.IsEmpty ? null
                        : [.. options.Volumes.Values.Select((path, i) => new V1VolumeMount { Name = VolumeName(i), MountPath = path })],
                },
            ],
        };
    }

    private static string VolumeName(int index) => $"volume{index}";

    /// <summary>Kubernetes replaces $(NAME) in commands and variables, and two dollars by one.</summary>
    private static string Literal(string word) => word.Replace("$", "$$", StringComparison.Ordinal);

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
