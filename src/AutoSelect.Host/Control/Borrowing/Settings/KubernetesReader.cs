using System.Collections.Immutable;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Providers;
using k8s.Models;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>Reads a provider of kind kubernetes.</summary>
internal static class KubernetesReader
{
    public static KubernetesSettings? Read(YamlSection section)
    {
        var (name, place) = (ProviderReader.Name(section), ProviderReader.Place(section["device"]));
        var classes = ProviderReader.Classes(section, ProvidersFileKeys.KubernetesClass, Class);
        var space = section.Required("namespace", "name the namespace of the jobs")?.Text();
        var volumes = Words.Pairs(section["volumes"], "it must be a section of claim: path");
        var (checkpoint, kept, patience) =
            (Words.Time(section["checkpoint"]), Words.Time(section["keepEnded"]), Words.Time(section["patience"]));
        var (kubeconfig, context) = (Words.Path(section["kubeconfig"]), section["context"]?.Text());
        return name is null || space is null ? null : new KubernetesSettings
        {
            Name = name,
            Place = place,
            KubernetesClasses = classes,
            Namespace = space,
            Kubeconfig = kubeconfig,
            Context = context,
            Options = (command, environment) => new KubernetesOptions
            {
                Name = name,
                Namespace = space,
                Command = command,
                Classes = classes,
                Environment = environment,
                Volumes = volumes,
                CheckpointTime = checkpoint ?? TimeSpan.FromSeconds(60),
                KeepEnded = kept ?? TimeSpan.FromMinutes(5),
                Patience = patience ?? TimeSpan.FromSeconds(30),
            },
        };
    }

    private static KubernetesClass? Class(YamlSection section, DeviceClass of)
    {
        var image = section.Required("image", "name the image that the device executable is in")?.Text();
        var resources = Words.Pairs(section["resources"], "it must be a section of resource: quantity, such as nvidia.com/gpu: \"1\"");
        var nodes = Words.Pairs(section["nodeSelector"], "it must be a section of label: value");
        var (queue, priority) = (section["queue"]?.Text(), section["priorityClass"]?.Text());
        ImmutableArray<V1Toleration> tolerations =
            [.. (section["tolerations"]?.Items() ?? []).Select(Toleration).OfType<V1Toleration>()];
        return image is null ? null : new KubernetesClass
        {
            Device = of,
            Image = image,
            Resources = resources,
            Queue = queue,
            PriorityClass = priority,
            NodeSelector = nodes,
            Tolerations = tolerations,
        };
    }

    private static V1Toleration? Toleration(YamlValue item)
    {
        if (item.Section(ProvidersFileKeys.Toleration) is not { } section) return null;
        var value = section["value"]?.Text();
        return new V1Toleration
        {
            Key = section.Required("key", "name the taint")?.Text(),
            OperatorProperty = value is null ? "Exists" : "Equal",
            Value = value,
            Effect = section["effect"]?.OneOf("NoSchedule", "PreferNoSchedule", "NoExecute"),
        };
    }
}
