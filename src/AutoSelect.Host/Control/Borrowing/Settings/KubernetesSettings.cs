using System.Collections.Immutable;
using AutoSelect.Providers;
using k8s;
using k8s.Exceptions;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>A Kubernetes cluster of a providers file.</summary>
internal sealed record KubernetesSettings : ProviderSettings
{
    /// <summary>All but command and environment, which are known when the control side listens.</summary>
    public required Func<DeviceCommand, ImmutableSortedDictionary<string, string>, KubernetesOptions> Options { get; init; }

    public required ImmutableArray<KubernetesClass> KubernetesClasses { get; init; }

    public required string Namespace { get; init; }

    /// <summary>Path of a kubeconfig; null takes that of the cluster that this runs in, else the user's.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context in the kubeconfig; null takes its current one.</summary>
    public string? Context { get; init; }

    public override ImmutableArray<DeviceClass> Classes => [.. KubernetesClasses.Select(c => c.Device)];

    public override IDeviceProvider Open(
        DeviceCommand command, ImmutableSortedDictionary<string, string> environment, TimeProvider time)
    {
        try
        {
            var access = Kubeconfig is null && Context is null ? KubernetesClientConfiguration.BuildDefaultConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig, Context);
            return new KubernetesProvider(new Kubernetes(access), Options(command, environment), time);
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFaultException($"The provider '{Name}' cannot be asked: {e.Message}", e);
        }
    }
}
