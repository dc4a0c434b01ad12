using System.Collections.Immutable;
using System.Security.Cryptography;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Tests;

public sealed class WorkloadCatalogueTests : TrainingTest
{
    // The project reference builds it; its assembly is loaded from where a user would have it.
    private static readonly string Own = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "OwnWorkload",
        new DirectoryInfo(AppContext.BaseDirectory).Name, "OwnWorkload.dll"));

    [Fact]
    public void A_users_workload_is_loaded_from_its_assembly_and_trains()
    {
        var folder = Path.GetDirectoryName(Own)!;
        Assert.False(File.Exists(Path.Combine(folder, "AutoSelect.Training.dll")),
            "The device process has AutoSelect.Training: it must not be beside the workload.");
        using var trainer = new SegmentTrainer(
            new StrategyCatalogue([new PlainSgd()]), new WorkloadCatalogue(), Folder, TorchSharp.torch.CPU);
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("examples", "2000").Add("turns", "1");
        var recorder = new Recorder();
        var report = trainer.Train(
            Assignment(200, batchSize: 64) with { Workload = new() { Name = "OwnWorkload.TwoSpirals", Assembly = Own, Options = options } },
            recorder);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.True(recorder.Points[^1].Value > recorder.Points[0].Value);
    }

    [Theory]
    [InlineData("nowhere/x.dll", "OwnWorkload.TwoSpirals", "the path must be absolute")]
    [InlineData("/nowhere/x.dll", "OwnWorkload.TwoSpirals", "does not exist")]
    [InlineData(null, "TwoSpirals", "which has OwnWorkload.TwoSpirals; give the full name")]
    public void A_workload_that_is_not_there_is_refused_with_the_rule(string? path, string type, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => new WorkloadCatalogue().Create(new() { Name = type, Assembly = path ?? Own }));
        Assert.Contains(expected, error.Message);
        Assert.Contains(path ?? Own, error.Message);
    }

    [Fact]
    public void An_assembly_that_is_another_one_than_when_the_job_was_planned_is_refused()
    {
        var reference = new WorkloadReference
        {
            Name = "OwnWorkload.TwoSpirals",
            Assembly = Own,
            AssemblySha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Own))),
        };
        var catalogue = new WorkloadCatalogue();
        Assert.Equal("OwnWorkload.TwoSpirals", catalogue.Create(reference).GetType().FullName);
        var changed = reference with { AssemblySha256 = new string('0', 64) };
        Assert.Contains("has changed since the job was submitted: its SHA-256 is " + reference.AssemblySha256,
            Assert.Throws<ArgumentException>(() => catalogue.Create(changed)).Message);
    }

    [Fact]
    public void A_type_that_is_no_workload_is_refused()
    {
        var path = typeof(WorkloadCatalogueTests).Assembly.Location;
        Assert.Contains("must derive from AutoSelect.Training.Workloads.Workload", Assert.Throws<ArgumentException>(
            () => new WorkloadCatalogue().Create(new() { Name = typeof(WorkloadCatalogueTests).FullName!, Assembly = path })).Message);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        var path = Path.Combine(Folder, "x.dll");
        File.WriteAllText(path, "not an assembly");
        Assert.Contains("cannot be loaded",
            Assert.Throws<ArgumentException>(() => new WorkloadCatalogue().Create(new() { Name = "X", Assembly = path })).Message);
    }

    [Fact]
    public void Unknown_names_and_options_are_refused_with_those_there_are()
    {
        var catalogue = new WorkloadCatalogue();
        Assert.Contains("autoencoder, char-transformer, fashion-mnist-cnn, fashion-mnist-mlp, torchscript",
            Assert.Throws<ArgumentException>(() => catalogue.Create(new() { Name = "resnet" })).Message);
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("wdith", "3");
        Assert.Contains("it has hidden, dataset, data, examples",
            Assert.Throws<ArgumentException>(() => catalogue.Create(new() { Name = "fashion-mnist-mlp", Options = options })).Message);
    }

    [Fact]
    public void Strategies_are_found_by_reflection_and_by_name()
    {
        var catalogue = new StrategyCatalogue(typeof(PlainSgd).Assembly);
        Assert.Contains(catalogue.Descriptions, d => d.Name == "plain-sgd");
        Assert.IsType<PlainSgd>(catalogue["plain-sgd"]);
        Assert.Contains("both called 'plain-sgd'",
            Assert.Throws<ArgumentException>(() => new StrategyCatalogue([new PlainSgd(), new PlainSgd()])).Message);
    }
}
