using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Programs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Campaigns.Files;

/// <summary>A candidate as an item of a job file's list, with all that it is said: no default of the job changes it.</summary>
internal static class CandidateNodes
{
    /// <summary>What a program is run with.</summary>
    /// <param name="candidate">Of a program, without the arguments of all.</param>
    /// <param name="name">A name of the job file's kind.</param>
    public static YamlMappingNode OfProgram(Candidate candidate, string name)
    {
        var item = new YamlMappingNode { { "name", name } };
        if (candidate.Strategy != ProgramWorkload.Strategy.Name) item.Add("like", candidate.Strategy);
        if (candidate.Ranks > 1) item.Add("ranks", candidate.Ranks.ToString(CultureInfo.InvariantCulture));
        // JSON is YAML: a text keeps its quotes.
        var arguments = new YamlMappingNode { Style = MappingStyle.Flow };
        foreach (var (argument, value) in candidate.Arguments) arguments.Add(argument, Json(value));
        if (arguments.Children.Count > 0) item.Add("arguments", arguments);
        return item;
    }

    public static YamlMappingNode Of(Candidate candidate)
    {
        var item = new YamlMappingNode { { "strategy", candidate.Strategy } };
        if (!candidate.Hyperparameters.IsEmpty)
        {
            var values = new YamlMappingNode { Style = MappingStyle.Flow };
            foreach (var (name, value) in candidate.Hyperparameters) values.Add(name, Number(value));
            item.Add("values", values);
        }
        item.Add("batchSizes", List(candidate.BatchSize.ToString(CultureInfo.InvariantCulture)));
        item.Add("schedule", candidate.Schedule.Kind.ToString().ToLowerInvariant());
        item.Add("ranks", candidate.Ranks.ToString(CultureInfo.InvariantCulture));
        if (candidate.Ranks > 1) item.Add("communication", candidate.Communication);
        var modifiers = new YamlMappingNode { Style = MappingStyle.Flow };
        if (candidate.Precision != "fp32") modifiers.Add("precision", candidate.Precision);
        foreach (var (name, value) in candidate.Modifiers.Given()) modifiers.Add(name, value);
        if (modifiers.Children.Count > 0) item.Add("modifiers", modifiers);
        return item;
    }

    private static YamlSequenceNode List(string value) => new(new YamlScalarNode(value)) { Style = SequenceStyle.Flow };

    private static YamlScalarNode Json(string value) => value.StartsWith('"')
        ? new YamlScalarNode(JsonSerializer.Deserialize<string>(value)) { Style = ScalarStyle.DoubleQuoted } : new YamlScalarNode(value);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
