using AutoSelect.Testing;
using k8s;
using k8s.Models;

namespace AutoSelect.Providers.Tests.Deploy;

/// <summary>The manifests of deploy/kubernetes as the official client reads them: a field that it does not know is an error.</summary>
public sealed class ManifestTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "deploy", "kubernetes");

    public static TheoryData<string> Manifests => new(
        Directory.EnumerateFiles(Folder, "*.yaml").Select(Path.GetFileName).OfType<string>().Where(f => f != "kustomization.yaml"));

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_has_the_fields_of_its_kind_and_no_others(string file)
    {
        var read = Read(file);
        Assert.NotEmpty(read);
        Assert.All(read, document => Assert.IsAssignableFrom<IKubernetesObject<V1ObjectMeta>>(document));
        Assert.All(
            read.OfType<IKubernetesObject<V1ObjectMeta>>().Where(d => d is not V1Namespace),
            document => Assert.Equal("autoselect", document.Metadata.NamespaceProperty));
    }

    [Fact]
    public void All_manifests_are_in_the_kustomization()
    {
        var listed = File.ReadAllLines(Path.Combine(Folder, "kustomization.yaml"))
            .Where(l => l.StartsWith("  - ", StringComparison.Ordinal)).Select(l => l[4..]);
        Assert.Equal(Manifests.Select(m => m.Data).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Silos_are_asked_whether_they_live_and_are_ready()
    {
        var silo = Read("silos.yaml").OfType<V1StatefulSet>().Single().Spec.Template.Spec.Containers.Single();
        Assert.Equal(("/livez", "HTTPS"), (silo.LivenessProbe.HttpGet.Path, silo.LivenessProbe.HttpGet.Scheme));
        Assert.Equal(("/readyz", "HTTPS"), (silo.ReadinessProbe.HttpGet.Path, silo.ReadinessProbe.HttpGet.Scheme));
        // What has two seconds to answer must not be given up before.
        Assert.True(silo.ReadinessProbe.TimeoutSeconds > 2);
    }

    [Fact]
    public void A_field_that_no_kind_has_is_found() =>
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selectors: {app: a}}\n", typeMap: null, strict: true));

    private static List<object> Read(string file) =>
        KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, file)), typeMap: null, strict: true);
}
