using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests;

public sealed class AllowedPlacesTests : IDisposable
{
    private const string Goal = "\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private readonly TemporaryFolder folder = new();

    public AllowedPlacesTests()
    {
        foreach (var name in (string[])["allowed/deep", "allowed-not", "other"]) Directory.CreateDirectory(folder[name]);
        File.WriteAllText(folder["allowed/Mine.dll"], "");
        File.WriteAllText(folder["other/Theirs.dll"], "");
        File.CreateSymbolicLink(folder["allowed/out"], folder["other"]);
        File.CreateSymbolicLink(folder["allowed/file"], folder["other/Theirs.dll"]);
        File.CreateSymbolicLink(folder["allowed/up"], "../other/Theirs.dll");
        File.CreateSymbolicLink(folder["allowed/within"], "deep/../Mine.dll");
        File.CreateSymbolicLink(folder["allowed/round"], folder["allowed/round"]);
        File.CreateSymbolicLink(folder["way"], folder["allowed"]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("allowed", true)]
    [InlineData("allowed/Mine.dll", true)]
    [InlineData("allowed/missing/Mine.dll", true)]
    [InlineData("allowed/deep/../Mine.dll", true)]
    [InlineData("allowed/within", true)]
    [InlineData("way/Mine.dll", true)]
    [InlineData("other/../allowed/Mine.dll", true)]
    [InlineData("allowed/../other/Theirs.dll", false)]
    [InlineData("allowed-not/Mine.dll", false)]
    [InlineData("allowed/out/Theirs.dll", false)]
    [InlineData("allowed/out/../allowed/Mine.dll", true)]
    [InlineData("allowed/file", false)]
    [InlineData("allowed/up", false)]
    [InlineData("allowed/round", false)]
    [InlineData("", false)]
    public void A_file_may_be_named_where_it_really_lies_in_an_allowed_folder(string path, bool isAllowed)
    {
        foreach (var place in (string[])["allowed", "allowed/", "way"])
            Assert.Equal(isAllowed, AllowedPlaces.Parse([folder[place]]).Allows(folder[path]));
        Assert.True(AllowedPlaces.Everything.Allows(folder[path]));
        Assert.False(AllowedPlaces.BuiltIn.Allows(folder[path]));
        Assert.True(AllowedPlaces.Parse(["/"]).Allows(folder[path]) || path == "allowed/round");
    }

    [Fact]
    public void One_file_may_be_allowed_alone()
    {
        var places = AllowedPlaces.Parse([folder["allowed/Mine.dll"]]);
        Assert.True(places.Allows(folder["allowed/Mine.dll"]));
        Assert.False(places.Allows(folder["allowed/Mine.dll2"]));
        Assert.False(places.Allows(folder["allowed"]));
        Assert.False(places.Allows("Mine.dll"));
    }

    [Theory]
    [InlineData("workloads")]
    [InlineData("../workloads")]
    [InlineData("")]
    [InlineData("Everything")]
    [InlineData("/srv/\0")]
    public void A_place_that_is_none_is_refused_with_the_rule(string place)
    {
        var fault = Assert.Throws<ArgumentException>(() => AllowedPlaces.Parse(["/srv", place]));
        Assert.Equal($"'{place}': {AllowedPlaces.PlaceRule}.", fault.Message);
    }

    [Theory]
    [InlineData("workload: { assembly: ../other/Theirs.dll, type: X }", "workload.assembly")]
    [InlineData("workload: { assembly: ../other/missing.dll, type: X }", "workload.assembly")]
    [InlineData("workload: { assembly: out/Theirs.dll, type: X }", "workload.assembly")]
    [InlineData("workload: { assembly: Mine.dll, type: X, options: { data: /etc } }", "workload.options.data")]
    [InlineData("workload: { name: toy-mlp, options: { data: /etc/passwd } }", "workload.options.data")]
    [InlineData("workload: { name: toy-mlp, options: { model: ../other/Theirs.dll } }", "workload.options.model")]
    public async Task What_is_not_allowed_is_refused_before_anybody_looks_at_it(string workload, string path)
    {
        var source = new PlayedSource();
        var planning = await Plan(workload + Goal, AllowedPlaces.Parse([folder["allowed"]]), source);
        var error = Assert.Single(planning.Errors, e => e.Rule?.Contains("allowed here", StringComparison.Ordinal) == true);
        Assert.Equal((1, path), (error.Line, error.Path));
        Assert.Contains($"it must lie in a place that is allowed here, and no link may lead out of it: {folder["allowed"]}", error.Message);
        Assert.Equal([(null, 0)], source.Asked);
    }

    [Fact]
    public async Task What_is_allowed_is_planned_and_all_is_for_ones_own_jobs()
    {
        const string Own = "workload: { assembly: Mine.dll, type: X, options: { data: deep } }" + Goal;
        foreach (var places in (AllowedPlaces[])[AllowedPlaces.Parse([folder["allowed"]]), AllowedPlaces.Everything])
            Assert.Equal(folder["allowed/Mine.dll"], (await Plan(Own, places)).Plan!.Spec.Workload.Assembly);
        Assert.NotNull((await Plan("workload: toy-mlp" + Goal, AllowedPlaces.BuiltIn)).Plan);
        var refused = Assert.Single((await Plan(Own, AllowedPlaces.BuiltIn)).Errors, e => e.Path == "workload.assembly");
        Assert.Contains("no files of the machine may be named here", refused.Message);
    }

    [Fact]
    public void A_workload_of_a_stored_job_is_looked_at_too()
    {
        var places = AllowedPlaces.Parse([folder["allowed"]]);
        var own = new WorkloadReference { Name = "X", Assembly = folder["allowed/Mine.dll"] };
        Assert.Null(places.Broken(own));
        var (data, theirs) = (own with { Options = own.Options.Add("data", "/etc") }, folder["other/Theirs.dll"]);
        Assert.Contains("workload.options.data is '/etc': it must lie", places.Broken(data));
        Assert.Contains($"workload.assembly is '{theirs}'", places.Broken(own with { Assembly = theirs }));
        Assert.Null(AllowedPlaces.BuiltIn.Broken(new WorkloadReference { Name = "toy-mlp" }));
    }

    private Task<JobPlanning> Plan(string text, AllowedPlaces places, PlayedSource? source = null) =>
        new JobPlanner(source ?? new PlayedSource())
            .Plan(new JobText(text, "job.yaml", folder["allowed"]) { Places = places }, new Progress<DataProgress>(), default);
}
