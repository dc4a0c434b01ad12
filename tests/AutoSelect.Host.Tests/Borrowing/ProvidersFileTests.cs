using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Providers;
using AutoSelect.Testing;
using DeviceCommand = AutoSelect.Providers.DeviceCommand;

namespace AutoSelect.Host.Tests.Borrowing;

public sealed class ProvidersFileTests
{
    private const string Sound = """
        control: c1
        providers:
          - name: near
            kind: slurm
            classes:
              - { name: spare, device: cpu, price: 0.01 }
        """;

    private static readonly ImmutableSortedDictionary<string, string> variables =
        ImmutableSortedDictionary<string, string>.Empty.Add("A", "b");

    [Fact]
    public void The_example_is_read_as_it_says()
    {
        var settings = ProvidersFile.ReadFile(Path.Combine(SourceTree.Root, "examples", "providers.yaml"));

        Assert.Equal(new ControlId("lab1"), settings.Control);
        Assert.Equal(new BorrowingOptions(), settings.Limits);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Every);
        Assert.Equal(["silo-a.example", "silo-b.example"], settings.Servers.Select(s => s.Host));
        Assert.Equal(TimeSpan.FromHours(4), settings.Longest);

        var slurm = Assert.IsType<SlurmSettings>(settings.Providers[0]);
        var options = slurm.Options(new DeviceCommand("device"), variables);
        Assert.Equal(("campus", "/etc/slurm/slurm.conf", "/usr/bin", "/", "/mnt/autoselect/device-logs"),
            (options.Name, options.Configuration, options.Programs, options.Folder, options.Logs));
        Assert.Equal(variables, options.Environment);
        var of = Assert.Single(options.Classes);
        Assert.Equal(
            ("spare", "scavenger", "vision", "gpu:a100:1", "nvlink", 8, "64G", false),
            (of.Partition, of.Qos, of.Account, of.Gres, of.Constraint, of.Cpus, of.Memory, of.Requeue));
        Assert.Equal(new DeviceClass
        {
            Name = "spare-a100",
            Kind = DeviceKind.Cuda,
            Model = "NVIDIA A100",
            Price = 0.02,
            Most = 4,
            Longest = TimeSpan.FromHours(4),
            StartUp = TimeSpan.FromSeconds(40),
            UsualWait = TimeSpan.FromMinutes(10),
            IsPreemptible = true,
        }, of.Device);
        Assert.Equal("/opt/cuda/lib64", slurm.Place.Environment["LD_LIBRARY_PATH"]);

        var cloud = Assert.IsType<KubernetesSettings>(settings.Providers[1]);
        Assert.Equal(("/etc/autoselect/kubeconfig", "production"), (cloud.Kubeconfig, cloud.Context));
        var there = cloud.Options(new DeviceCommand("device"), variables);
        Assert.Equal(("cloud", "training", "/shared"), (there.Name, there.Namespace, there.Volumes["autoselect-shared"]));
        var spot = Assert.Single(there.Classes);
        Assert.Equal(("registry.example/autoselect-device:0.1.0", "research", "low", "1"),
            (spot.Image, spot.Queue, spot.PriorityClass, spot.Resources["nvidia.com/gpu"]));
        Assert.Equal(("cloud.example/spot", "Exists"), (spot.Tolerations[0].Key, spot.Tolerations[0].OperatorProperty));
        Assert.Equal("/shared/borrowing/autoselect-lab1.key", cloud.Place.Token);
    }

    [Fact]
    public void Json_is_read_as_well()
    {
        var reading = ProvidersFile.Read(
            """{"control":"c1","providers":[{"name":"near","kind":"slurm","classes":[{"name":"spare","device":"cpu","price":0.01}]}]}""",
            "p.json");
        Assert.Equal("spare", reading.Settings!.Providers[0].Classes[0].Name);
    }

    [Fact]
    public void A_device_tells_its_class_by_its_id()
    {
        var settings = ProvidersFile.Read(Sound, "p.yaml").Settings!;
        var of = settings.Providers[0].Classes[0];
        var label = new BorrowLabel(settings.Control, ClassMark.NewRequest(of));
        Assert.Equal(new DeviceOrigin("near", "spare", 0.01), settings.Origin(label.Device));
        Assert.Equal("unknown", settings.Origin(new DeviceId("autoselect-c1-0123456789"))!.Class);
        Assert.Null(settings.Origin(new DeviceId("here-cpu0")));
    }

    [Theory]
    [InlineData("control: c1", "control: Lab-1", 1, "control is 'Lab-1': it must be 1 to 16 lower-case letters and digits")]
    [InlineData("control: c1", "", 2, "'control' is missing")]
    [InlineData("control: c1", "control: c1\nlimits: { devices: -1 }", 2, "limits.devices is '-1': it must be an integer of at least 0")]
    [InlineData("control: c1", "control: c1\nlimits: { idle: 60 }", 2, "it must be a duration")]
    [InlineData("control: c1", "control: c1\nservers: [silo-a]", 2, "servers[0] is 'silo-a': it must be an address of the HTTP API")]
    [InlineData("control: c1", "control: c1\nproviderz: x", 2, "'providerz' is not a key of a providers file")]
    [InlineData("kind: slurm", "kind: sge", 4, "providers[0].kind is 'sge': it must be one of slurm, kubernetes")]
    [InlineData("kind: slurm", "logs: /x", 3, "'providers[0].kind' is missing: it must be one of slurm, kubernetes")]
    [InlineData("kind: slurm", "kind: slurm\n    programs: bin", 5, "providers[0].programs is 'bin': it must be an absolute path")]
    [InlineData("kind: slurm", "kind: slurm\n    namespace: x", 5, "'namespace' is not a key of providers[0]")]
    [InlineData("kind: slurm", "kind: slurm\n    device: { environment: { 1X: y } }", 5, "is no name of a variable")]
    [InlineData("kind: slurm", "kind: kubernetes", 3, "'providers[0].namespace' is missing")]
    [InlineData("kind: slurm", "kind: kubernetes", 6, "'providers[0].classes[0].image' is missing")]
    [InlineData("name: near", "name: Near", 3, "providers[0].name is 'Near': it must be 1 to 30 lower-case letters")]
    [InlineData("device: cpu", "device: tpu", 6, "classes[0].device is 'tpu': it must be one of cpu, cuda")]
    [InlineData("price: 0.01", "price: -1", 6, "classes[0].price is '-1': it must be a number of at least 0")]
    [InlineData("price: 0.01", "price: 1, image: x", 6, "'image' is not a key of providers[0].classes[0]")]
    [InlineData("price: 0.01", "price: 1, cpus: 0", 6, "classes[0].cpus is '0'")]
    [InlineData("price: 0.01", "price: 1, requeue: maybe", 6, "it must be one of true, false")]
    [InlineData("price: 0.01", "price: 1, longest: 1m", 3, "it must be at least startUp and limits.leastUse together, 1 min 15 s")]
    [InlineData(
        "{ name: spare, device: cpu, price: 0.01 }", "{ name: a, device: cpu, price: 1 }\n      - { name: a, device: cpu, price: 1 }", 3,
        "the second class of the name 'a' in this file")]
    [InlineData(Sound, "", 1, "The file is empty: it must have control and providers")]
    [InlineData(Sound, "control: c1\nproviders: []", 2, "providers is an empty list")]
    public void A_broken_rule_is_told_with_line_value_and_rule(string part, string instead, int line, string what)
    {
        var reading = ProvidersFile.Read(Sound.Replace(part, instead, StringComparison.Ordinal), "p.yaml");
        Assert.Null(reading.Settings);
        Assert.Contains(reading.Errors, e => e.ToString().StartsWith($"p.yaml:{line}: ", StringComparison.Ordinal)
            && e.Message.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = ProvidersFile.Read(
            """
            control: C
            every: soon
            providers:
              - name: near
                kind: slurm
                classes: [{ name: spare, device: cpu, price: cheap }]
              - { name: far, kind: kubernetes }
            """, "p.yaml").Errors;
        Assert.Equal([1, 2, 6, 7, 7], errors.Select(e => e.Line));
    }

    [Fact]
    public void Two_providers_are_two_schedulers_with_names_of_their_own()
    {
        var errors = ProvidersFile.Read(
            """
            control: c1
            providers:
              - { name: near, kind: slurm, classes: [{ name: a, device: cpu, price: 1 }] }
              - { name: near, kind: slurm, classes: [{ name: b, device: cpu, price: 1 }] }
              - { name: far, kind: slurm, configuration: /far.conf, classes: [{ name: c, device: cpu, price: 1 }] }
            """, "p.yaml").Errors;
        Assert.Equal(2, errors.Count);
        Assert.All(errors, e => Assert.Equal(4, e.Line));
        Assert.Contains(errors, e => e.Message.Contains("the second provider of the name 'near'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Message.Contains("asks the same scheduler as a provider before it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_refuses_a_file_that_is_missing_or_broken()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", "Host=127.0.0.1;Port=1", "--providers", "/nowhere.yaml"));
        Assert.Contains("/nowhere.yaml: no such file.", run.Error, StringComparison.Ordinal);

        var file = Path.Combine(run.Folder.Path, "p.yaml");
        await File.WriteAllTextAsync(file, Sound.Replace("c1", "C", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", "Host=127.0.0.1;Port=1", "--providers", file));
        Assert.Contains($"{file}:1: control is 'C'", run.Error, StringComparison.Ordinal);
    }
}
