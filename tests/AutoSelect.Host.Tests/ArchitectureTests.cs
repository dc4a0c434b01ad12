using System.Reflection;
using AutoSelect.Api;
using AutoSelect.Checkpoints;
using AutoSelect.Client;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Jobs;
using AutoSelect.Performance;
using AutoSelect.Planning;
using AutoSelect.Providers;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests;

/// <summary>The direction of the dependencies, read from the references of the built assemblies.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Host = typeof(AutoSelect.Host.Control.IControlFactory).Assembly;

    public static TheoryData<Assembly> ControlSide => new(
        Host, typeof(JobSubmission).Assembly, typeof(IJobStore).Assembly, typeof(JobFold).Assembly, typeof(JobPlanner).Assembly,
        typeof(ISelectionPolicy).Assembly, typeof(StepTimeModel).Assembly, typeof(JobId).Assembly,
        typeof(ApiServer).Assembly, typeof(ApiClient).Assembly, typeof(ICheckpointStore).Assembly);

    [Theory]
    [MemberData(nameof(ControlSide))]
    public void The_control_side_knows_nothing_of_torch(Assembly assembly) =>
        Assert.DoesNotContain(References(assembly), name => name is "TorchSharp" or "AutoSelect.Training" or "AutoSelect.Strategies");

    [Fact]
    public void Selection_knows_contracts_alone_and_no_running_orleans() =>
        Assert.Equal(["AutoSelect.Contracts"], References(typeof(ISelectionPolicy).Assembly).Where(IsOurs));

    [Fact]
    public void Performance_knows_contracts_and_what_it_models_alone() =>
        Assert.Equal(["AutoSelect.Communication", "AutoSelect.Contracts"], References(typeof(StepTimeModel).Assembly).Where(IsOurs));

    [Fact]
    public void Planning_knows_contracts_selection_and_performance_alone_and_neither_terminal_nor_store()
    {
        var references = References(typeof(JobPlanner).Assembly).ToList();
        Assert.Equal(["AutoSelect.Contracts", "AutoSelect.Performance", "AutoSelect.Selection"], references.Where(IsOurs));
        Assert.DoesNotContain(
            references, name => name.StartsWith("Spectre", StringComparison.Ordinal)
                || name.StartsWith("System.CommandLine", StringComparison.Ordinal) || name.Contains("Sqlite", StringComparison.Ordinal));
    }

    [Fact]
    public void The_api_knows_no_grains_no_host_and_no_terminal()
    {
        var references = References(typeof(ApiServer).Assembly).ToList();
        Assert.Equal(
            ["AutoSelect.Checkpoints", "AutoSelect.Contracts", "AutoSelect.Jobs", "AutoSelect.Planning", "AutoSelect.Selection",
                "AutoSelect.Storage", "AutoSelect.Web"],
            references.Where(IsOurs));
        Assert.DoesNotContain(references, name => name.Contains("Sqlite", StringComparison.Ordinal));
        Assert.Equal(["AutoSelect.Contracts", "AutoSelect.Planning"], References(typeof(ApiClient).Assembly).Where(IsOurs));
    }

    [Fact]
    public void Checkpoints_know_contracts_alone() =>
        Assert.Equal(["AutoSelect.Contracts"], References(typeof(ICheckpointStore).Assembly).Where(IsOurs));

    [Fact]
    public void Communication_knows_nothing_of_ours_no_torch_and_no_orleans() =>
        Assert.DoesNotContain(References(typeof(ProcessGroup).Assembly),
            name => IsOurs(name) || name.StartsWith("Orleans", StringComparison.Ordinal) || name == "TorchSharp");

    [Fact]
    public void The_pages_know_nothing_of_ours() =>
        Assert.DoesNotContain(References(typeof(AutoSelect.Web.WebFiles).Assembly), IsOurs);

    [Fact]
    public void Providers_know_contracts_alone() =>
        Assert.Equal(["AutoSelect.Contracts"], References(typeof(IDeviceProvider).Assembly).Where(IsOurs));

    [Fact]
    public void Contracts_know_nothing_of_ours() =>
        Assert.DoesNotContain(References(typeof(JobId).Assembly), IsOurs);

    [Fact]
    public void The_folder_of_the_control_side_holds_no_torch()
    {
        var folder = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", "AutoSelect.Host", new DirectoryInfo(AppContext.BaseDirectory).Name));
        Assert.True(File.Exists(Path.Combine(folder, "autoselect.dll")), $"{folder} holds no build");
        Assert.DoesNotContain(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName),
            file => file!.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("AutoSelect.", StringComparison.Ordinal) || name.StartsWith("Orleans.Runtime", StringComparison.Ordinal);

    private static IEnumerable<string> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(r => r.Name!).Order(StringComparer.Ordinal);
}
