using System.Collections.Immutable;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Testing;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.Tests.JobFiles;

public class JobSchemaTests
{
    private static readonly string SchemaPath = Path.Combine(SourceTree.Root, "docs", "job.schema.json");

    /// <summary>All but the one that is no job file.</summary>
    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "examples"), "*.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Path.Combine(SourceTree.Root, "examples"), f))
            .Where(f => f != "providers.yaml" && Path.GetDirectoryName(f) != "campaigns")];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_obeys_the_schema_and_names_it(string example)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "examples", example));
        var folder = Path.Combine("examples", Path.GetDirectoryName(example)!);
        var schema = Path.GetRelativePath(folder, Path.Combine("docs", "job.schema.json"));
        Assert.StartsWith($"# yaml-language-server: $schema={schema}\n", text);
        Assert.Empty(Faults(await Schema(), text));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_breaks_no_rule_of_the_reader(string example)
    {
        var path = Path.Combine(SourceTree.Root, "examples", example);
        var errors = Sample.Read(File.ReadAllText(path), path, inspection: null).Errors;
        // The assembly of a user's own workload is there only after its project was built.
        Assert.DoesNotContain(errors, e => !e.Message.Contains("build the project first", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("objective: { best_by: 5 }")]
    [InlineData("objective: { best_by: 0s }")]
    [InlineData("objective: { best_by: 5m, deadline: 6m }")]
    [InlineData("objective: { best_by: 5m, fastest_to: 1 }")]
    [InlineData("objective: { best_by: 5m }\nconfidence: 2")]
    [InlineData("objective: { best_by: 5m }\nmodifiers: { sam: 0 }")]
    [InlineData("objective: { best_by: 5m }\nmodifiers: { precision: fp16 }")]
    [InlineData("objective: { best_by: 5m }\nranks: 0")]
    [InlineData("objective: { best_by: 5m }\ncommunication: fp61")]
    [InlineData("objective: { best_by: 5m }\ncandidates: [{ strategy: sgd, ranks: 2, communication: powersgd }]")]
    [InlineData("objective: { best_by: 5m }\nprobes: {}")]
    [InlineData("objective: { best_by: 5m }\ncandidates: [{ values: {} }]")]
    [InlineData("objective: { best_by: 5m }\ncandidates: [nadamw, { strategy: sgd, continues: { candidate: nadamw } }]")]
    [InlineData("objective: { best_by: 5m }\ncandidates: [nadamw, { strategy: sgd, continues: { candidate: nadamw, after: 1 } }]")]
    [InlineData("objective: { best_by: 5m }\ncheckpoints: { diskLimit: 4 }")]
    public async Task The_schema_refuses_what_the_reader_refuses(string text)
    {
        var whole = "workload: toy-mlp\nepochs: 8\n" + text;
        Assert.NotEmpty(Sample.Read(whole, "job.yaml", Sample.Inspection).Errors);
        Assert.NotEmpty(Faults(await Schema(), whole));
    }

    [Fact]
    public void The_schemas_keys_are_the_readers_keys()
    {
        var schema = JObject.Parse(File.ReadAllText(SchemaPath));
        void Same(string path, ImmutableArray<string> keys) =>
            Assert.Equal(keys, ((JObject)schema.SelectToken(path)!).Properties().Select(p => p.Name));
        Same("properties", JobFileKeys.Root);
        Same("definitions.modifiers.properties", JobFileKeys.Modifiers);
        Same("definitions.workload.properties", JobFileKeys.Workload);
        Same("definitions.objective.properties", JobFileKeys.Objective);
        Same("definitions.tradeoff.properties", JobFileKeys.Tradeoff);
        Same("definitions.candidate.properties", JobFileKeys.Candidate);
        Same("definitions.continues.properties", JobFileKeys.Continues);
        Same("definitions.programCandidate.properties", JobFileKeys.ProgramCandidate);
        Same("definitions.pointSource.properties", JobFileKeys.PointSource);
        Same("definitions.range.properties", JobFileKeys.Range);
        Same("definitions.probe.properties", JobFileKeys.Probe);
        Same("definitions.commit.properties", JobFileKeys.Commit);
        Same("definitions.checkpoints.properties", JobFileKeys.Checkpoints);
        Same("definitions.evaluation.properties", JobFileKeys.Evaluation);
        Same("definitions.telemetry.properties", JobFileKeys.Telemetry);
    }

    [Fact]
    public void The_document_of_the_job_file_names_every_key()
    {
        var document = string.Concat(
            new[] { "job-file.md", "training-programs.md" }.Select(name => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", name))));
        IEnumerable<string> keys =
        [
            .. JobFileKeys.Root, .. JobFileKeys.Workload, .. JobFileKeys.Objective, .. JobFileKeys.Tradeoff,
            .. JobFileKeys.Candidate, .. JobFileKeys.Continues, .. JobFileKeys.Range,
            .. JobFileKeys.ProgramCandidate, .. JobFileKeys.PointSource,
            .. JobFileKeys.Probe, .. JobFileKeys.Commit, .. JobFileKeys.Checkpoints, .. JobFileKeys.Evaluation, .. JobFileKeys.Telemetry,
        ];
        Assert.DoesNotContain(keys,
            key => !document.Contains($"`{key}`", StringComparison.Ordinal) && !document.Contains($".{key}`", StringComparison.Ordinal));
    }

    private static Task<JsonSchema> Schema() => JsonSchema.FromFileAsync(SchemaPath, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Faults(JsonSchema schema, string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return schema.Validate(Json(stream.Documents[0].RootNode).ToString(Formatting.None)).Select(f => f.ToString());
    }

    // As an editor reads it: plain scalars that look like numbers are numbers.
    private static JToken Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JObject(mapping.Children.Select(c => new JProperty(((YamlScalarNode)c.Key).Value!, Json(c.Value)))),
        YamlSequenceNode list => new JArray(list.Children.Select(Json)),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when long.TryParse(scalar.Value, out var integer) => new JValue(integer),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when double.TryParse(scalar.Value, out var number) => new JValue(number),
        YamlScalarNode scalar => new JValue(scalar.Value),
        _ => throw new InvalidOperationException($"Node {node.GetType().Name}."),
    };
}
